using Brig.Engine.PostMortems;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.PostMortems;

/// <summary>A kind of end as icon, colour and word.</summary>
public static class EndWords
{
    public static string Look(EndKind kind) => kind switch
    {
        EndKind.OutOfMemory or EndKind.ProcessOutOfMemory => "oom",
        EndKind.Unhealthy => "unhealthy",
        _ => "failed",
    };

    public static string Icon(EndKind kind) => kind switch
    {
        EndKind.OutOfMemory or EndKind.ProcessOutOfMemory => "oom",
        EndKind.Unhealthy => "unhealthy",
        EndKind.Signalled => "kill",
        _ => "failed",
    };

    public static string Of(EndKind kind) => T("postMortem.kind." + kind);

    public static string Of(EndedBy by) => T("postMortem.by." + by);
}
