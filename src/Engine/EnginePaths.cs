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
    public string Images => Root + "/images";
    public string Layers => Root + "/layers";
    public string Containers => Root + "/containers";

    /// <summary>What is being deleted or was half made: emptied at start.</summary>
    public string Trash => Root + "/trash";

    public string LockFile => Run + "/brig.lock";
    public string Shims => Run + "/shims";
    public string Execs => Run + "/execs";

    public string Container(ContainerId id) => $"{Containers}/{id}";
    public string Shim(ContainerId id) => $"{Shims}/{id}";
    public string Exec(ContainerId id, string exec) => $"{Containers}/{id}/exec/{exec}";
    public string ExecRun(string exec) => $"{Execs}/{exec}";

    /// <summary>Relative to a hierarchy's top.</summary>
    public string Cgroup(ContainerId id) => $"{Instance}/{id}";
}
