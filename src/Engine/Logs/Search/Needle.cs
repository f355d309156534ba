using System.Runtime.Intrinsics;
using System.Text;

namespace Brig.Engine.Logs.Search;

/// <summary>
/// Finds ASCII text in bytes ignoring case, or any bytes exactly. Ignoring case it compares two of its letters, those that are rarest in logs, at 32 places at
/// once, and looks closer only where both fit.
/// </summary>
internal sealed class Needle
{
    /// <summary>What logs are made of, most frequent first; what is not here is rarer.</summary>
    private static ReadOnlySpan<byte> Frequent => "0 1e2-:3t\"a4o5nirs67,8.9ldc=/mup_[]fhgvbwyk"u8;

    private readonly byte[] _bytes;
    private readonly bool _exact;
    private readonly int _rare, _second;

    /// <param name="text">Not empty; ASCII when case is ignored.</param>
    public Needle(string text, bool matchCase)
    {
        _exact = matchCase || !text.AsSpan().ContainsAnyInRange('A', 'z');
        _bytes = Encoding.UTF8.GetBytes(_exact ? text : text.ToLowerInvariant());
        for (int i = 1; i < _bytes.Length; i++)
            _rare = Rank(_bytes[i]) > Rank(_bytes[_rare]) ? i : _rare;
        _second = _rare == 0 ? _bytes.Length - 1 : 0;
        for (int i = 0; i < _bytes.Length; i++)
            _second = i != _rare && Rank(_bytes[i]) > Rank(_bytes[_second]) ? i : _second;
    }

    public int Length => _bytes.Length;

    /// <summary>The same as <see cref="MemoryExtensions.IndexOf{T}(ReadOnlySpan{T}, ReadOnlySpan{T})"/>.</summary>
    public int IndexOf(ReadOnlySpan<byte> bytes)
    {
        if (_exact)
            return bytes.IndexOf(_bytes);
        return Vector256.IsHardwareAccelerated && bytes.Length >= _bytes.Length + Vector256<byte>.Count ? Wide(bytes) : Narrow(bytes, 0);
    }

    private int Wide(ReadOnlySpan<byte> bytes)
    {
        int last = bytes.Length - _bytes.Length - Vector256<byte>.Count;
        var rare = Vector256.Create(_bytes[_rare]);
        var second = Vector256.Create(_bytes[_second]);
        var foldRare = Vector256.Create(Fold(_bytes[_rare]));
        var foldSecond = Vector256.Create(Fold(_bytes[_second]));
        int at = 0;
        for (; at <= last; at += Vector256<byte>.Count)
        {
            var fits = Vector256.Equals(Vector256.Create(bytes[(at + _rare)..]) | foldRare, rare)
                & Vector256.Equals(Vector256.Create(bytes[(at + _second)..]) | foldSecond, second);
            for (uint mask = fits.ExtractMostSignificantBits(); mask != 0; mask &= mask - 1)
            {
                int found = at + System.Numerics.BitOperations.TrailingZeroCount(mask);
                if (IsAt(bytes, found))
                    return found;
            }
        }
        return Narrow(bytes, at);
    }

    private int Narrow(ReadOnlySpan<byte> bytes, int from)
    {
        byte low = _bytes[_rare], high = (byte)char.ToUpperInvariant((char)low);
        while (from <= bytes.Length - _bytes.Length)
        {
            int next = bytes[(from + _rare)..].IndexOfAny(low, high);
            if (next < 0)
                return -1;
            from += next;
            if (IsAt(bytes, from))
                return from;
            from++;
        }
        return -1;
    }

    private bool IsAt(ReadOnlySpan<byte> bytes, int at) => at + _bytes.Length <= bytes.Length && Ascii.EqualsIgnoreCase(bytes.Slice(at, _bytes.Length), _bytes);

    private static int Rank(byte each) => Frequent.IndexOf(each) is >= 0 and var rank ? rank : Frequent.Length;

    private static byte Fold(byte each) => each is >= (byte)'a' and <= (byte)'z' ? (byte)0x20 : (byte)0;
}
