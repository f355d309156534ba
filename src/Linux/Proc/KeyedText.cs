using System.Text;

namespace Brig.Linux.Proc;

/// <summary>Files of <c>key number</c> lines: memory.stat, cpu.stat, memory.events.</summary>
public static class KeyedText
{
    /// <summary>The number of a key; 0 when it is not there.</summary>
    public static long Value(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key)
    {
        while (!text.IsEmpty)
        {
            ReadOnlySpan<byte> line = TextNumbers.Line(ref text);
            if (line.Length > key.Length && line[key.Length] == (byte)' ' && line.StartsWith(key))
            {
                return TextNumbers.Integer(line[key.Length..]);
            }
        }
        return 0;
    }

    public static long Value(string text, string key) => Value(Encoding.ASCII.GetBytes(text), Encoding.ASCII.GetBytes(key));
}
