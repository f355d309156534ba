namespace Brig.Engine.Stacks.Reading;

internal static partial class ServiceTable
{
    private static void Refusals(Table<ServiceDraft> table) => table
        .Refuse("external_links", "put both into one network.")
        .Of("volumes_from", Shapes.ListOf(Scalars.Text), (service, value) => service with { VolumesFrom = value }, "Services whose mounts it has too, as db or db:ro.")
        .Refuse("volume_driver", "the volumes of Brig are its own.")
        .Refuse("develop", "Brig watches no source files.")
        .Refuse("gpus", "give the devices by their paths.")
        .Refuse("runtime", "Brig runs containers itself.")
        .Refuse("storage_opt", "a container's files have no limit of their own here.")
        .Refuse("cpu_rt_runtime", "there are no real-time limits.")
        .Refuse("cpu_rt_period", "there are no real-time limits.")
        .Refuse("cpu_count", "that is of Windows.")
        .Refuse("cpu_percent", "that is of Windows.")
        .Refuse("mem_swappiness", "the machine's holds for all.")
        .Refuse("oom_kill_disable", "what has no memory left cannot go on; raise its limit.")
        .Refuse("post_start", "use a service that depends on this one.")
        .Refuse("pre_stop", "use a program that handles the stop signal.")
        .Refuse("provider", "Brig runs containers only.")
        .Refuse("models", "Brig runs containers only.")
        .Refuse("use_api_socket", "a container has no access to Brig.")
        .Refuse("label_file", "write the labels into labels.");
}
