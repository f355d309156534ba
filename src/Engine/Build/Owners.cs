using System.Globalization;
using Brig.Linux.Trees;

namespace Brig.Engine.Build;

/// <summary><c>--chown=user[:group]</c>: numbers, or names looked up in the image's own /etc/passwd and /etc/group (passwd(5), group(5)).</summary>
internal static class Owners
{
    private const int LargestFile = 4 << 20;

    /// <exception cref="EngineException">Invalid: the image has no such name.</exception>
    public static (uint Uid, uint Gid) Find(LayerView image, string text, int at)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string user = colon < 0 ? text : text[..colon];
        string[]? row = Number(user) is null ? Row(image, "etc/passwd", user) ?? throw Unknown("user", user, at) : null;
        uint uid = Number(user) ?? Field(row!, 2) ?? throw Unknown("user", user, at);
        if (colon < 0)
        {
            return (uid, row is null ? uid : Field(row, 3) ?? uid);
        }
        string group = text[(colon + 1)..];
        return (uid, Number(group) ?? (Row(image, "etc/group", group) is { } found ? Field(found, 2) : null) ?? throw Unknown("group", group, at));
    }

    private static EngineException Unknown(string what, string name, int at) => Dockerfiles.Dockerfile.At(at, $"the image has no {what} \"{Text.Short(name)}\"; write its number, or make it first");

    private static string[]? Row(LayerView image, string file, string name) =>
        image.ReadText(file, LargestFile)?.Split('\n').Select(line => line.Split(':')).FirstOrDefault(fields => fields[0] == name && name.Length > 0);

    private static uint? Field(string[] row, int index) => row.Length > index ? Number(row[index]) : null;

    private static uint? Number(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id < uint.MaxValue ? id : null;
}
