namespace Brig.Web.Api;

/// <summary>Paths that programs call: they are told a problem, a person is shown a page.</summary>
internal static class ProgramPaths
{
    public static bool Has(PathString path) =>
        path.StartsWithSegments("/api") || path.StartsWithSegments("/hubs") || path.StartsWithSegments("/openapi") || path == "/metrics";
}
