using System.Text;

namespace Brig.Linux.Trees;

/// <summary>A relative path of bytes with a NUL behind it, its parts separated by single slashes, none of them "." or "..".</summary>
public readonly struct TreePath
{
    private readonly byte[] _bytes;
    private readonly int _name;

    private TreePath(byte[] bytes) => (_bytes, _name) = (bytes, bytes.AsSpan(0, bytes.Length - 1).LastIndexOf((byte)'/') + 1);

    public bool IsRoot => _bytes.Length == 1;

    /// <summary>Without the NUL.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _bytes.Length - 1);

    /// <summary>Empty: the root.</summary>
    public ReadOnlySpan<byte> Parent => _bytes.AsSpan(0, Math.Max(0, _name - 1));

    public ReadOnlySpan<byte> Name => _bytes.AsSpan(_name, _bytes.Length - 1 - _name);

    /// <summary>The name with the NUL behind it.</summary>
    internal ReadOnlySpan<byte> TerminatedName => _bytes.AsSpan(_name);

    internal ReadOnlySpan<byte> Terminated => _bytes;

    public TreePath WithName(ReadOnlySpan<byte> name) => new([.. _bytes.AsSpan(0, _name), .. name, 0]);

    public TreePath Up() => new([.. Parent, 0]);

    public override string ToString() => Encoding.UTF8.GetString(Bytes);

    /// <summary>Leading, doubled and trailing slashes and "." are dropped, as tar does with what <c>tar -P</c> keeps.</summary>
    /// <exception cref="TreePathException">It contains "..", a NUL, or is longer than a path can be.</exception>
    public static TreePath Parse(ReadOnlySpan<byte> path)
    {
        byte[] bytes = new byte[path.Length + 1];
        int length = 0;
        foreach (var range in path.Split((byte)'/'))
        {
            var part = path[range];
            if (part.IsEmpty || part is [(byte)'.'])
            {
                continue;
            }
            if (part is [(byte)'.', (byte)'.'])
            {
                throw new TreePathException("contains \"..\", which could lead outside");
            }
            if (part.Contains((byte)0))
            {
                throw new TreePathException("contains a NUL");
            }
            if (part.Length > 255)
            {
                throw new TreePathException("has a part of more than 255 bytes");
            }
            if (length > 0)
            {
                bytes[length++] = (byte)'/';
            }
            part.CopyTo(bytes.AsSpan(length));
            length += part.Length;
        }
        return length < 4096 ? new(bytes.AsSpan(0, length + 1).ToArray()) : throw new TreePathException("is longer than 4,095 bytes");
    }
}

/// <summary>Continues a sentence that begins with the path.</summary>
public sealed class TreePathException(string message) : Exception(message);
