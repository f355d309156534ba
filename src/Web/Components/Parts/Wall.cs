using Brig.Engine.Containers;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts;

/// <summary>How one namespace stands between a container and the rest: a wall of its own, one shared with others, or none.</summary>
/// <param name="Key">own, shared, host, none (it does not run).</param>
/// <param name="Mark">The style of its mark.</param>
public readonly record struct Wall(string Key, string Mark, string Word)
{
    public static Wall Of(NamespaceRow row) => row switch
    {
        { Inode: 0 } => new("none", "", T("isolation.none")),
        { IsHost: true } => new("host", "warn", T("isolation.host")),
        { SharedWith.IsEmpty: false } => new("shared", "accent", T("isolation.shared", string.Join(", ", row.SharedWith))),
        _ => new("own", "", T("isolation.own")),
    };
}
