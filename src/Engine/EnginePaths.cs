using System.Security.Cryptography;
using System.Text;
using Brig.Engine.Containers;

namespace Brig.Engine;

/// <summary>Where each thing lies below BRIG_ROOT and BRIG_RUN; drawn in docs/architecture.md.</summary>
public sealed class EnginePaths
{
    public EnginePaths(EngineOptions options)
    {
        Root = Path.GetFullPath(options.Root).TrimEnd('/');
        Run = Path.GetFullPath(options.Run).TrimEnd('/');
        Instance = "brig-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Root)))[..8];
    }

    public string Root { get; }
    public string Run { get; }

    /// <summary>The cgroup all containers of this engine are below, in every hierarchy: <c>brig-</c> and eight digits.</summary>
    public string Instance { get; }

    public string Database => Root + "/brig.db";

    /// <summary>What was measured; beside it, what of it is no chunk yet.</summary>
    public string History => Root + "/history.db";
    public string HistoryJournal => Root + "/history.journal";

    public string Images => Root + "/images";
    public string Layers => Root + "/layers";
    public string Tasks => Root + "/tasks";

    /// <summary>A file for each container that runs a step of a build: what a killed engine left is removed by them.</summary>
    public string Builds => Root + "/builds";

    public string Volumes => Root + "/volumes";
    public string Containers => Root + "/containers";

    /// <summary>A folder for each removed container, with the files of its log.</summary>
    public string KeptLogs => Root + "/logs";

    /// <summary>A folder for each stack, with the files that were uploaded to it.</summary>
    public string Stacks => Root + "/stacks";

    /// <summary>Configs and secrets of stacks, in memory: a folder for each container that has some.</summary>
    public string Secrets => Run + "/secrets";

    /// <summary>What is being deleted or was half made: emptied at start.</summary>
    public string Trash => Root + "/trash";

    public string LockFile => Run + "/brig.lock";
    public string Shims => Run + "/shims";
    public string Execs => Run + "/execs";

    /// <summary>A folder for each container whose namespaces are kept, with bind mounts of them.</summary>
    public string Pins => Run + "/ns";

    /// <summary>A folder for each running pod, and each container whose IPC may be others': its /dev/shm.</summary>
    public string Shared => Run + "/pods";

    public string Container(ContainerId id) => $"{Containers}/{id}";
    public string KeptLog(ContainerId id) => $"{KeptLogs}/{id}";
    public string Shim(ContainerId id) => $"{Shims}/{id}";
    public string Exec(ContainerId id, string exec) => $"{Containers}/{id}/exec/{exec}";
    public string Health(ContainerId id) => $"{Containers}/{id}/health";
    public string Probe(ContainerId id) => $"{Containers}/{id}/probe";
    public string ExecRun(string exec) => $"{Execs}/{exec}";

    /// <summary>Relative to a hierarchy's top. Of a pod's sandbox: the whole pod's.</summary>
    public string Cgroup(Container container) => container.Spec.Pod is { } pod ? $"{Instance}/{pod}/{container.Id}"
        : CgroupParent.Path(container.Spec.CgroupParent) is { Length: > 0 } parent ? $"{CgroupParents}/{parent}/{container.Id}"
        : $"{Instance}/{container.Id}";

    /// <summary>Those that containers were asked to be below of.</summary>
    public string CgroupParents => $"{Instance}/under";

    /// <summary>Where its own processes are; of a sandbox not in the pod's, for where controllers are passed down there must be none (cgroup-v2.rst, "No Internal Process Constraint").</summary>
    public string Processes(Container container) => container.Spec.Sandbox is null ? Cgroup(container) : $"{Cgroup(container)}/{Sandbox}";

    public const string Sandbox = "sandbox";
}
