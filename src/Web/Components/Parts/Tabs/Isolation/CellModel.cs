using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Tabs.Isolation;

/// <summary>The engine's report as the cell draws it: eight sides, then rings, some of them of several walls.</summary>
public sealed class CellModel
{
    private const string HostName = "host";

    private static readonly string[] s_sides = ["mnt", "pid", "net", "uts", "ipc", "cgroup", "user", "time"];

    /// <summary>From the outer to the inner; what is not named here is a wall by itself, after these.</summary>
    private static readonly (string Key, string[] Walls)[] s_rings =
    [
        ("root", ["root"]), ("paths", ["paths", "sysctls"]), ("devices", ["devices"]), ("limits", ["pids", "memory", "cpu", "rlimits", "oomScore"]), ("label", ["label"]),
        ("capabilities", ["capabilities"]), ("noNewPrivileges", ["noNewPrivileges"]), ("seccomp", ["seccomp"]),
    ];

    private readonly Dictionary<string, WallReport> _walls;
    private readonly CellValues _values;

    public CellModel(IsolationReport report, Container container)
    {
        Report = report;
        _walls = report.Walls.ToDictionary(wall => wall.Key);
        _values = new(report, container, _walls);
        Sides = [.. s_sides.Where(_walls.ContainsKey).Select(Wall)];
        Rings = [.. s_rings.Select(ring => ring.Key).Where(key => Members(key).Length > 0).Select(Wall)];
    }

    public IsolationReport Report { get; }
    public ImmutableArray<CellWall> Sides { get; }
    public ImmutableArray<CellWall> Rings { get; }
    public ImmutableArray<string> Process => _values.Process;

    /// <summary>What differs from the default, weaker first.</summary>
    public IEnumerable<WallReport> Differing => Report.Walls
        .Where(wall => wall.State != WallState.Unavailable && wall.Difference.Strength != WallStrength.Default)
        .Where(wall => wall.Key != "network" || _walls["net"].Difference.Strength == WallStrength.Default)   // the interfaces are the network's
        .OrderBy(wall => wall.Difference.Strength == WallStrength.Stronger);

    public int Standing => Report.Walls.Count(wall => Look(wall) is not (WallLook.Down or WallLook.Open or WallLook.Missing));

    /// <summary>Not there, as by default.</summary>
    public IEnumerable<WallReport> Open => Report.Walls.Where(wall => Look(wall) == WallLook.Open);

    public IEnumerable<CellWall> All => Sides.Concat(Rings);

    public CellWall? Find(string? key) => All.FirstOrDefault(wall => wall.Key == key);

    /// <summary>The drawn wall that a wall of the report belongs to.</summary>
    public static string Drawn(string wall) => s_rings.FirstOrDefault(ring => ring.Walls.Contains(wall)).Key ?? (wall == "network" ? "net" : wall);

    /// <summary>The engine's walls that are drawn as one.</summary>
    public ImmutableArray<WallReport> Members(string key)
    {
        string[] names = key == "net" ? ["net", "network"] : s_rings.FirstOrDefault(ring => ring.Key == key).Walls ?? [key];
        return [.. names.Where(_walls.ContainsKey).Select(name => _walls[name])];
    }

    public static WallLook Look(WallReport wall) => wall switch
    {
        { State: WallState.Unavailable } => WallLook.Missing,
        { State: WallState.Down } or { State: WallState.Shared, SharedWith: [HostName, ..] } => wall.Difference.Strength == WallStrength.Default ? WallLook.Open : WallLook.Down,
        { State: WallState.Shared } => WallLook.Shared,
        { Difference.Strength: WallStrength.Stronger } => WallLook.Strict,
        { Difference.Strength: WallStrength.Weaker or WallStrength.Different } => WallLook.Weak,
        _ => WallLook.Up,
    };

    private CellWall Wall(string key)
    {
        var members = Members(key);
        var looks = members.Select(Look).ToArray();
        var look = looks.Length == 1 || looks[0] == WallLook.Shared || (looks[0] == WallLook.Down && key != "limits") ? looks[0] : Together(looks);
        ImmutableArray<string> with = look == WallLook.Shared ? [.. members[0].SharedWith.Where(name => name != HostName)] : [];
        return new(key, look, _values.Of(key, look, with), with);
    }

    /// <summary>Of several: as weak as the weakest, unless none of them is built. But for the limits, which are equals, the first is the wall and the others go with it.</summary>
    private static WallLook Together(WallLook[] looks) =>
        looks.All(look => look is WallLook.Open or WallLook.Missing) ? looks[0]
        : looks.All(look => look is WallLook.Down or WallLook.Open or WallLook.Missing) ? WallLook.Down
        : looks.Contains(WallLook.Down) || looks.Contains(WallLook.Weak) ? WallLook.Weak
        : looks.Contains(WallLook.Strict) ? WallLook.Strict
        : WallLook.Up;
}
