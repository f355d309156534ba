namespace Brig.Linux.Cgroups;

/// <summary>Files with one line for each block device, which begins with <c>major:minor</c>.</summary>
internal static class DeviceLines
{
    public static IEnumerable<string> Devices(string text) => Lines(text).Select(line => line.Split(' ')[0]);

    /// <summary>The whole line of a device; null when it has none.</summary>
    public static string? Of(string text, string device) => Lines(text).FirstOrDefault(line => line.StartsWith(device + " ", StringComparison.Ordinal));

    private static IEnumerable<string> Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.Contains(':', StringComparison.Ordinal));
}
