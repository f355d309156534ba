namespace Brig.Linux.Trees;

/// <summary>Asks whether there is room for what is written next, and a little ahead, so that small pieces do not ask each.</summary>
/// <param name="roomFor">Throws where there is none for so many bytes; null: nobody minds.</param>
public sealed class RoomMeter(Action<long>? roomFor)
{
    private const long Ahead = 1 << 20;

    private long _left;

    public void Next(long bytes)
    {
        if (bytes > _left && roomFor is not null)
        {
            roomFor(bytes + Ahead);
            _left = bytes + Ahead;
        }
        _left -= bytes;
    }
}
