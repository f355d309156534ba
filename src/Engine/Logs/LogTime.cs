using System.Buffers.Text;
using Brig.Linux.LogFormat;

namespace Brig.Engine.Logs;

/// <summary>Reads the times of entries that follow each other; most share their second with the one before.</summary>
internal sealed class LogTime
{
    private const int SecondLength = 20; // with the point
    private readonly byte[] _second = new byte[SecondLength];
    private long _nanoseconds;

    /// <param name="time">30 bytes. One that is no time counts as the one before it.</param>
    /// <returns>Nanoseconds since 1970, UTC.</returns>
    public long Parse(ReadOnlySpan<byte> time)
    {
        if (!time.StartsWith(_second))
        {
            if (!CriLine.TryParseTime(time, out long nanoseconds))
                return _nanoseconds;
            time[..SecondLength].CopyTo(_second);
            return _nanoseconds = nanoseconds;
        }
        if (Utf8Parser.TryParse(time[SecondLength..^1], out int fraction, out int used) && used == 9 && fraction >= 0)
            _nanoseconds = _nanoseconds - _nanoseconds % 1_000_000_000 + fraction;
        return _nanoseconds;
    }
}
