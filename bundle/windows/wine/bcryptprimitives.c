/* For Wine 8 alone, which has no bcryptprimitives.dll: random bytes as programs written in Rust ask for them. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length); /* RtlGenRandom */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
    const SIZE_T most = 1 << 20; /* of one call: its length is a ULONG */
    while (length > 0) {
        ULONG now = (ULONG)(length < most ? length : most);
        if (!SystemFunction036(buffer, now))
            return FALSE;
        buffer += now;
        length -= now;
    }
    return TRUE;
}
