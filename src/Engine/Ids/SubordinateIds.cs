using System.Globalization;

namespace Brig.Engine.Ids;

/// <summary>Ids that are promised to users of this machine, and to Docker, Podman or LXD, by /etc/subuid and /etc/subgid (subuid(5)).</summary>
internal sealed class SubordinateIds
{
    private readonly List<(ulong First, ulong Count)> _taken = [];

    /// <param name="files">Lines of <c>user:first:count</c>; a file that is not there promises nothing.</param>
    public SubordinateIds(params string[] files)
    {
        foreach (string line in files.SelectMany(Lines))
        {
            if (line.Split(':') is [_, var first, var count]
                && uint.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out uint from) && uint.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
            {
                _taken.Add((from, number));
            }
        }
    }

    public bool Touch(UserIds range) => _taken.Any(taken => taken.First < (ulong)range.First + UserIds.Size && range.First < taken.First + taken.Count);

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
