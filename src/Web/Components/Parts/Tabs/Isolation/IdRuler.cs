using System.Collections.Immutable;
using Brig.Engine.Isolation;

namespace Brig.Web.Components.Parts.Tabs.Isolation;

/// <summary>What the rulers of the user map show.</summary>
public sealed class IdRuler
{
    /// <summary>Ids there are: credentials(7).</summary>
    public const ulong All = 4_294_967_296;

    /// <summary>Where the machine's own users lie.</summary>
    public const ulong Ordinary = 65_536;

    public IdRuler(IdMaps maps, ImmutableArray<ProcessPrivileges> processes, IEnumerable<(string Name, IdRange Range)> others)
    {
        Host = maps.Host;
        Own = maps.Users;
        Maps = [.. maps.Users.Select(range => ("uid_map", range)), .. maps.Groups.Select(range => ("gid_map", range))];
        Others = [.. others.Where(other => !maps.Users.Contains(other.Range))];
        var all = Own.Concat(Others.Select(other => other.Range)).ToArray();
        From = all.Length == 0 ? 0 : all.Min(range => (ulong)range.Outside);
        To = all.Length == 0 ? All : all.Max(range => (ulong)range.Outside + range.Count);
        Root = Own.Where(range => range.Inside == 0).Select(range => (uint?)range.Outside).FirstOrDefault();
        Seen = [.. processes.Where(process => process.InnerUser is { } user && Own is [var first, ..] && user >= first.Inside && user - first.Inside < first.Count)
            .GroupBy(process => process.InnerUser!.Value).OrderBy(group => group.Key).Select(group => (group.Key, group.Count()))];
    }

    /// <summary>It has the machine's users themselves.</summary>
    public bool Host { get; }

    public ImmutableArray<IdRange> Own { get; }
    public ImmutableArray<(string Name, IdRange Range)> Others { get; }
    public ImmutableArray<(string File, IdRange Range)> Maps { get; }

    /// <summary>The part of the machine's ids in which containers' lie.</summary>
    public ulong From { get; }
    public ulong To { get; }

    /// <summary>Who root inside is on the machine; null: there is no root inside.</summary>
    public uint? Root { get; }

    /// <summary>Users inside that have processes now, and how many.</summary>
    public ImmutableArray<(uint User, int Processes)> Seen { get; }
}
