namespace Brig.Engine.Logs.Search;

/// <summary>A piece of one file that is looked at in one go; it begins and ends between two lines.</summary>
/// <param name="Source">Number of the source.</param>
/// <param name="Low">Nothing in it counts as older, nanoseconds. The pieces of one container never overlap, whatever its clock did: then lines count as the nearest bound.</param>
internal readonly record struct SearchUnit(int Source, int File, long Start, long End, long Low, long High)
{
    public long Length => End - Start;
}
