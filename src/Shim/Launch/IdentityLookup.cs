using System.Text;
using Brig.Linux;
using Brig.Shim.Child;
using static Brig.Linux.Libc;

namespace Brig.Shim.Launch;

/// <summary>
/// <c>user[:group]</c> by the image's own /etc/passwd and /etc/group (passwd(5), group(5)). The image is not trusted: the files are opened within its root,
/// must be regular, and only their first MiB is read.
/// </summary>
internal static unsafe class IdentityLookup
{
    private const int MaxFile = 1024 * 1024;

    /// <param name="root">A descriptor of the root directory; -1: there is none to look in, only numbers are known.</param>
    /// <param name="more">Groups it is in too.</param>
    public static Identity Find(int root, string user, ReadOnlySpan<string> more)
    {
        var colon = user.IndexOf(':');
        var name = colon < 0 ? user : user[..colon];
        var group = colon < 0 ? "" : user[(colon + 1)..];
        if (name.Length == 0)
            name = "0";

        var passwd = Read(root, "/etc/passwd");
        var entry = FindLine(passwd, name, nameField: 0, idField: 2, out var found);
        uint id;
        if (found)
            id = ParseId(entry, 2, name);
        else if (!IsId(name, out id))
            throw new PlanException($"user \"{name}\" is not in the image's /etc/passwd", Errno.ENOENT);
        var primary = found ? ParseId(entry, 3, name) : 0;
        var home = found ? Field(entry, 5) : id == 0 ? "/root" : "/";

        var groups = Read(root, "/etc/group");
        if (group.Length > 0)
        {
            primary = FindGroup(groups, group);
        }
        // As Docker: an explicit group is the only one.
        var extra = group.Length == 0 && found ? Memberships(groups, Field(entry, 0), primary) : [primary];
        foreach (var one in more)
        {
            var number = FindGroup(groups, one);
            if (Array.IndexOf(extra, number) < 0)
                extra = [.. extra, number];
        }
        return new Identity(id, primary, extra, home.Length == 0 ? "/" : home);
    }

    private static uint FindGroup(string groups, string group)
    {
        var line = FindLine(groups, group, nameField: 0, idField: 2, out var known);
        return known ? ParseId(line, 2, group)
            : IsId(group, out var number) ? number
            : throw new PlanException($"group \"{group}\" is not in the image's /etc/group", Errno.ENOENT);
    }

    private static uint[] Memberships(string text, string user, uint primary)
    {
        var groups = new List<uint> { primary };
        foreach (var line in text.Split('\n'))
        {
            if (!HasMember(Field(line, 3), user) || !uint.TryParse(Field(line, 2), out var id) || groups.Contains(id))
                continue;
            groups.Add(id);
        }
        return groups.ToArray();
    }

    private static bool HasMember(string members, string user)
    {
        foreach (var member in members.Split(','))
            if (member == user)
                return true;
        return false;
    }

    private static string FindLine(string text, string key, int nameField, int idField, out bool found)
    {
        var isNumber = uint.TryParse(key, out var number);
        foreach (var line in text.Split('\n'))
        {
            found = Field(line, nameField) == key || (isNumber && uint.TryParse(Field(line, idField), out var id) && id == number);
            if (found)
                return line;
        }
        found = false;
        return "";
    }

    private static uint ParseId(string line, int field, string name) => IsId(Field(line, field), out var id)
        ? id
        : throw new PlanException($"the line of \"{name}\" in the image's /etc/passwd or /etc/group has no number", Errno.EINVAL);

    /// <summary>The highest number is nobody's: setresuid(2) takes it for "as it is", which is root.</summary>
    private static bool IsId(string text, out uint id) => uint.TryParse(text, out id) && id != uint.MaxValue;

    private static string Field(string line, int index)
    {
        var start = 0;
        for (; index > 0; index--)
        {
            start = line.IndexOf(':', start) + 1;
            if (start == 0)
                return "";
        }
        var end = line.IndexOf(':', start);
        return end < 0 ? line[start..].TrimEnd('\r') : line[start..end];
    }

    private static string Read(int root, string path)
    {
        if (root < 0)
            return "";
        var fd = RegularFile.Open(root, path, out var size);
        if (fd < 0)
            return "";
        try
        {
            var bytes = new byte[(int)Math.Min(MaxFile, size)];
            var length = 0;
            fixed (byte* buffer = bytes)
            {
                while (length < bytes.Length)
                {
                    var got = (int)read(fd, buffer + length, bytes.Length - length);
                    if (got <= 0)
                        break;
                    length += got;
                }
            }
            return Encoding.UTF8.GetString(bytes, 0, length);
        }
        finally
        {
            close(fd);
        }
    }
}
