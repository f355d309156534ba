using Brig.Engine.Containers;
using Brig.Engine.Stacks.Compose;

namespace Brig.Engine.Stacks.Reading;

/// <summary>What <c>deploy</c> says, which the older keys of a service say too.</summary>
internal sealed record Deploy
{
    public int? Replicas { get; init; }
    public double? Cpus { get; init; }
    public long? Memory { get; init; }
    public long? Pids { get; init; }
    public long? MemoryReservation { get; init; }
    public UpdateRules? Update { get; init; }
    public UpdateRules? Rollback { get; init; }
    public RestartPolicy? Restart { get; init; }
}

internal static class DeployTable
{
    private static readonly Table<Deploy> Limits = new Table<Deploy>("limits", "the limits", _ => new())
        .Add("cpus", Scalars.Number, (deploy, value) => deploy with { Cpus = value }, "Cores, as 1.5.")
        .Add("memory", Scalars.Bytes, (deploy, value) => deploy with { Memory = value }, "Bytes, as 512m.")
        .Add("pids", Scalars.Whole(1, 4_194_304), (deploy, value) => deploy with { Pids = value }, "Processes and threads.");

    private static readonly Table<Deploy> Reservations = new Table<Deploy>("reservations", "the reservations", _ => new())
        .Add("memory", Scalars.Bytes, (deploy, value) => deploy with { MemoryReservation = value }, "Bytes kept from reclaim when it can be.")
        .Unused("cpus", "the kernel keeps no cores back; a limit for the others does it.")
        .Refuse("devices", "give devices to the service by their paths.")
        .Refuse("generic_resources", "there is one machine.");

    private static readonly Table<Deploy> Resources = new Table<Deploy>("resources", "the resources", _ => new())
        .Add("limits", Limits, (deploy, value) => deploy with { Cpus = value.Cpus, Memory = value.Memory, Pids = value.Pids })
        .Add("reservations", Reservations, (deploy, value) => deploy with { MemoryReservation = value.MemoryReservation });

    private static readonly Table<RestartPolicy> Restarts = new Table<RestartPolicy>("restartPolicy", "a restart policy", _ => new(RestartMode.Always))
        .Add("condition", Scalars.Word(("none", RestartMode.No), ("on-failure", RestartMode.OnFailure), ("any", RestartMode.Always), ("always", RestartMode.Always), ("unless-stopped", RestartMode.UnlessStopped)),
            (policy, value) => policy with { Mode = value })
        .Add("max_attempts", Scalars.Whole(0, 100_000), (policy, value) => policy with { MaxRetries = (int)value }, "With on-failure only.")
        .Unused("delay", "Brig waits longer from one attempt to the next by itself.")
        .Unused("window", "an end soon after the start counts as a failed start.");

    public static readonly Table<Deploy> Table = new Table<Deploy>("deploy", "a deploy", _ => new())
        .Add("replicas", Scalars.Whole(0, 1000), (deploy, value) => deploy with { Replicas = (int)value }, "How many containers.")
        .Add("resources", Resources, (deploy, value) => deploy with { Cpus = value.Cpus, Memory = value.Memory, Pids = value.Pids, MemoryReservation = value.MemoryReservation })
        .Add("update_config", Rules("updateConfig"), (deploy, value) => deploy with { Update = value }, "How the containers are replaced.")
        .Add("rollback_config", Rules("rollbackConfig"), (deploy, value) => deploy with { Rollback = value }, "How the old ones come back.")
        .Add("restart_policy", Restarts, (deploy, value) => deploy with { Restart = value.Mode == RestartMode.OnFailure ? value : value with { MaxRetries = 0 } })
        .Unused("labels", "a service is no thing of its own here; give its containers labels by the service's labels.")
        .Add("mode", Scalars.Word(("replicated", true)), (deploy, _) => deploy, "replicated.")
        .Add("endpoint_mode", Scalars.Word(("dnsrr", true)), (deploy, _) => deploy, "dnsrr: a name has the addresses of all its containers.")
        .Unused("placement", "there is one machine.");

    private static Table<UpdateRules> Rules(string name) => new Table<UpdateRules>(name, "the rules of an update", _ => UpdateRules.Default)
        .Add("parallelism", Scalars.Whole(0, 1000), (rules, value) => rules with { Parallelism = (int)value }, "How many at once; 0: all.")
        .Add("delay", Scalars.Duration, (rules, value) => rules with { Delay = value }, "Between one batch and the next.")
        .Add("monitor", Scalars.Duration, (rules, value) => rules with { Monitor = value }, "How long a new one is watched after it is up; 5s.")
        .Add("failure_action", Scalars.Word(("pause", UpdateFailure.Pause), ("continue", UpdateFailure.Continue), ("rollback", UpdateFailure.Rollback)), (rules, value) => rules with { OnFailure = value })
        .Add("order", Scalars.Word(("stop-first", UpdateOrder.StopFirst), ("start-first", UpdateOrder.StartFirst)), (rules, value) => rules with { Order = value }, "start-first: the new one takes over before the old one goes.")
        .Add("max_failure_ratio", Scalars.Number, (rules, value) => rules with { MaxFailureRatio = value }, "Of the containers, how many may fail.");
}
