using System.Globalization;
using Brig.Linux;

namespace Brig.Engine;

/// <summary>A group of this machine whose members may use a socket.</summary>
public sealed record SocketGroup(string Name, uint Id)
{
    /// <summary>group(5). Null: there is none of this name or number.</summary>
    public static SocketGroup? Find(string nameOrNumber, string file = "/etc/group")
    {
        foreach (string[] fields in File.ReadLines(file).Select(line => line.Split(':')))
        {
            if (fields.Length >= 3 && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && (fields[0] == nameOrNumber || fields[2] == nameOrNumber))
            {
                return new(fields[0], id);
            }
        }
        return null;
    }

    /// <summary>The path stays its owner's.</summary>
    /// <exception cref="EngineException">Failed: the kernel refused.</exception>
    public void Take(string path)
    {
        if (Libc.lchown(path, uint.MaxValue, Id) < 0)
        {
            throw EngineException.Failed($"{path} cannot be given to the group {Name}: {Errno.Name(Errno.Last)}.");
        }
    }
}
