using System.Globalization;

namespace Brig.Engine.Ids;

/// <summary>The ids of the host that containers are given ranges of: <c>first:count</c>.</summary>
public readonly record struct IdSpan(uint First, uint Count)
{
    /// <summary>
    /// 4,094 ranges that neither useradd (subuid(5): 100,000 to 600,100,000) nor systemd (UIDS-GIDS: containers up to 1,879,048,191, foreign ids from
    /// 2,147,352,576) gives to anybody, below 2³¹, above which some programs take an id for negative.
    /// </summary>
    public static readonly IdSpan Default = new(0x7000_0000, 4_094 * UserIds.Size);

    /// <summary>The last id a user can have is 4,294,967,294 (credentials(7)).</summary>
    private const uint LastId = uint.MaxValue - 1;

    /// <summary>Those that lie in it whole, as numbers of ranges: range n begins at id n × 65,536.</summary>
    public IEnumerable<uint> Ranges
    {
        get
        {
            ulong end = (ulong)First + Count;
            for (ulong range = ((ulong)First + UserIds.Size - 1) / UserIds.Size; (range + 1) * UserIds.Size <= end; range++)
            {
                yield return (uint)range;
            }
        }
    }

    public bool Contains(UserIds ids) => ids.First >= First && (ulong)ids.First + UserIds.Size <= (ulong)First + Count;

    /// <returns>Null: it is no span, it leaves the ids there are, it holds ids of the host's own users, or no whole range.</returns>
    public static IdSpan? TryParse(string text) =>
        text.Split(':') is [var first, var count]
        && uint.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out uint from) && uint.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
        && from >= UserIds.Size && (ulong)from + number <= LastId + 1UL && new IdSpan(from, number) is var span && span.Ranges.Any()
            ? span : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}:{Count}");
}
