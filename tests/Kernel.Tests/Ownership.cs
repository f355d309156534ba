using System.Diagnostics;
using System.Globalization;

namespace Brig.Kernel.Tests;

internal static class Ownership
{
    /// <summary>As the host sees it; of a symlink itself.</summary>
    public static (uint User, uint Group) Of(string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%u %g", path]) { RedirectStandardOutput = true })!;
        string[] ids = stat.StandardOutput.ReadToEnd().Split(' ');
        return (uint.Parse(ids[0], CultureInfo.InvariantCulture), uint.Parse(ids[1], CultureInfo.InvariantCulture));
    }
}
