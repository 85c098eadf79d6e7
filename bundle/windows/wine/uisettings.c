/* For Wine 8 alone, which has no Windows.UI.ViewManagement.UISettings: Qt asks it for the colours of the system
 * and ends without it. One object, made once and never freed, answers with the colours of a light Windows 10. */
#define INITGUID
#define COBJMACROS
#include <windows.h>
#include <activation.h>

DEFINE_GUID(IID_IAgileObject_, 0x94ea2b94, 0xe9cc, 0x49e0, 0xc0, 0xff, 0xee, 0x64, 0xca, 0x8f, 0x5b, 0x90);
DEFINE_GUID(IID_IUISettings, 0x85361600, 0x1c63, 0x4627, 0xbc, 0xb1, 0x3a, 0x89, 0xe0, 0xbc, 0x9c, 0x55);
DEFINE_GUID(IID_IUISettings3, 0x03021be4, 0x5254, 0x4781, 0x81, 0x94, 0x51, 0x68, 0xf7, 0xd0, 0x6d, 0x7b);

typedef struct { BYTE a, r, g, b; } Color;

enum { FIRST_OWN = 6, /* after the methods of IUnknown and IInspectable */
       METHODS_OF_IUISETTINGS = 13 };

typedef HRESULT(WINAPI *Method)(void *);
static void *seen_as_settings(REFIID wanted);

static ULONG WINAPI one_reference(void *self) { return 1; }
static HRESULT WINAPI not_here(void *self) { return E_NOTIMPL; }

static BOOL is_any_object(REFIID wanted)
{
    return IsEqualGUID(wanted, &IID_IUnknown) || IsEqualGUID(wanted, &IID_IInspectable) ||
           IsEqualGUID(wanted, &IID_IAgileObject_);
}

static HRESULT WINAPI query_settings(void *self, REFIID wanted, void **found)
{
    *found = seen_as_settings(wanted);
    return *found ? S_OK : E_NOINTERFACE;
}

static HRESULT WINAPI color_of(void *self, int kind, Color *color)
{
    /* UIColorType: background, foreground, accent from the darkest to the lightest */
    static const Color colors[] = {
        {255, 255, 255, 255}, {255, 0, 0, 0},      {255, 0, 38, 66},    {255, 0, 62, 107},   {255, 0, 90, 158},
        {255, 0, 120, 215},   {255, 66, 156, 227}, {255, 118, 185, 237}, {255, 166, 216, 255},
    };
    if (kind < 0 || kind >= (int)(sizeof colors / sizeof *colors))
        return E_INVALIDARG;
    *color = colors[kind];
    return S_OK;
}

static HRESULT WINAPI told_never(void *self, void *handler, INT64 *token)
{
    *token = 1;
    return S_OK;
}

static HRESULT WINAPI forgotten(void *self, INT64 token) { return S_OK; }

static Method settings_methods[FIRST_OWN + METHODS_OF_IUISETTINGS];
static Method settings3_methods[FIRST_OWN + 3];
static struct { Method *methods; } settings = {settings_methods}, settings3 = {settings3_methods};

static void *seen_as_settings(REFIID wanted)
{
    if (IsEqualGUID(wanted, &IID_IUISettings3))
        return &settings3;
    return is_any_object(wanted) || IsEqualGUID(wanted, &IID_IUISettings) ? &settings : NULL;
}

static void begin(Method *methods, int count)
{
    for (int i = 0; i < count; i++)
        methods[i] = not_here;
    methods[0] = (Method)query_settings;
    methods[1] = methods[2] = (Method)one_reference;
}

static HRESULT WINAPI query_factory(IActivationFactory *self, REFIID wanted, void **found)
{
    *found = is_any_object(wanted) || IsEqualGUID(wanted, &IID_IActivationFactory) ? self : NULL;
    return *found ? S_OK : E_NOINTERFACE;
}

static HRESULT WINAPI activate(IActivationFactory *self, IInspectable **instance)
{
    begin(settings_methods, ARRAYSIZE(settings_methods));
    begin(settings3_methods, ARRAYSIZE(settings3_methods));
    settings3_methods[FIRST_OWN] = (Method)color_of;
    settings3_methods[FIRST_OWN + 1] = (Method)told_never;
    settings3_methods[FIRST_OWN + 2] = (Method)forgotten;
    *instance = (IInspectable *)&settings;
    return S_OK;
}

static IActivationFactoryVtbl factory_methods = {
    query_factory,    (void *)one_reference, (void *)one_reference, (void *)not_here,
    (void *)not_here, (void *)not_here,      activate,
};
static IActivationFactory factory = {&factory_methods};

__declspec(dllexport) HRESULT WINAPI DllGetActivationFactory(HSTRING name, IActivationFactory **found)
{
    *found = &factory;
    return S_OK;
}

__declspec(dllexport) HRESULT WINAPI DllCanUnloadNow(void) { return S_FALSE; }
