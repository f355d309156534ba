using System.Globalization;

namespace Brig.Shim.Launch;

/// <summary>Names of getrlimit(2).</summary>
internal static class Rlimits
{
    private static readonly string[] s_names =
    [
        "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC", "RLIMIT_NOFILE", "RLIMIT_MEMLOCK", "RLIMIT_AS",
        "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_RTTIME",
    ];

    public static string Name(int resource) =>
        (uint)resource < (uint)s_names.Length ? s_names[resource] : "RLIMIT_" + resource.ToString(CultureInfo.InvariantCulture);
}
