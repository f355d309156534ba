using Brig.Linux.Wire;

namespace Brig.Shim.Launch;

/// <summary>How arguments are written for people.</summary>
internal static class Text
{
    public static string Quote(string value) => "\"" + value + "\"";

    /// <summary>For a shell.</summary>
    public static string Shell(string value)
    {
        foreach (var c in value)
            if (!char.IsAsciiLetterOrDigit(c) && !"/._-+=:,@%".Contains(c))
                return "'" + value.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
        return value.Length == 0 ? "''" : value;
    }

    /// <summary>As <c>MS_NOSUID|MS_NODEV</c>; none: 0.</summary>
    public static string Flags(MountFlags flags, string prefix)
    {
        var text = "";
        Flag(ref text, flags, MountFlags.ReadOnly, prefix + "RDONLY", "|");
        Flag(ref text, flags, MountFlags.NoSuid, prefix + "NOSUID", "|");
        Flag(ref text, flags, MountFlags.NoDev, prefix + "NODEV", "|");
        Flag(ref text, flags, MountFlags.NoExec, prefix + "NOEXEC", "|");
        return text.Length == 0 ? "0" : text;
    }

    /// <summary>As <c>-o nosuid,nodev,mode=755 </c>, with the space; none: empty.</summary>
    public static string Options(MountFlags flags, string data)
    {
        var text = "";
        Flag(ref text, flags, MountFlags.ReadOnly, "ro", ",");
        Flag(ref text, flags, MountFlags.NoSuid, "nosuid", ",");
        Flag(ref text, flags, MountFlags.NoDev, "nodev", ",");
        Flag(ref text, flags, MountFlags.NoExec, "noexec", ",");
        if (data.Length > 0)
            text += text.Length == 0 ? data : "," + data;
        return text.Length == 0 ? "" : "-o " + text + " ";
    }

    private static void Flag(ref string text, MountFlags flags, MountFlags one, string name, string separator)
    {
        if ((flags & one) != 0)
            text += text.Length == 0 ? name : separator + name;
    }

    /// <summary>The folder of a path and its last name: <c>/a/b</c> is <c>/a</c> and <c>b</c>.</summary>
    public static (string Parent, string Name) Split(string path)
    {
        path = path.TrimEnd('/');
        var slash = path.LastIndexOf('/');
        return slash <= 0 ? ("/", path[(slash + 1)..]) : (path[..slash], path[(slash + 1)..]);
    }
}
