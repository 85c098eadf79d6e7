# Sourced: how a program runs in the prefix of a FOLDER that `make` has made.

user='张 三' # of Windows: a Chinese name with a space

in_prefix() { # FOLDER COMMAND...: nothing of this machine's settings reaches it; its words come out as UTF-8
    local folder=$1
    shift
    # Python's streams fail on a file here, so they are a pipe; what is written in code page 936 is put into UTF-8.
    prefix_environment "$folder" "$@" </dev/null 2>&1 | "$python" -u "$here/heard.py"
    return "${PIPESTATUS[0]}"
}

prefix_environment() { # FOLDER COMMAND...
    local folder=$1
    shift
    env -u DISPLAY -u PYTHONPATH -u PYTHONHOME -u PYTHONPYCACHEPREFIX -u PYTHONDONTWRITEBYTECODE -u VIRTUAL_ENV \
        -u QT_QPA_PLATFORM -u EDUAPP_DATA -u WAYLAND_DISPLAY \
        USER="$user" HOME="$folder/home" LOCPATH="$folder/locale" LANG=zh_CN.UTF-8 LC_ALL=zh_CN.UTF-8 \
        WINEPREFIX="$folder/prefix" WINEARCH=win64 WINEDEBUG=-all \
        WINEDLLOVERRIDES='winedbg.exe,winemenubuilder.exe=d' \
        ${WINDOWS_DISPLAY:+DISPLAY="$WINDOWS_DISPLAY"} "$@"
}
