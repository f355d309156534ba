using Brig.Engine.Images;
using Brig.Engine.Isolation;
using Brig.Engine.Isolation.Seccomp;
using Brig.Linux.Cgroups;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>What a second program in a container is started with: the container's own settings, and the exec's over them.</summary>
internal sealed class ExecPlans(EnginePaths paths, ImageStore images, CgroupHost cgroups, SeccompFilters seccomp)
{
    /// <exception cref="EngineException">Invalid.</exception>
    public static void Check(ExecSpec spec)
    {
        if (spec.Command.IsDefaultOrEmpty)
        {
            throw EngineException.Invalid("Give a command to run in the container.");
        }
        SpecCheck.Program(spec.Command, spec.Env);
        SpecCheck.User(spec.User);
        if (spec.WorkingDir is { } folder)
        {
            SpecCheck.InnerPath(folder, "working directory");
        }
        if (spec.Rows is < 1 or > 4096 || spec.Columns is < 1 or > 4096)
        {
            throw EngineException.Invalid("A terminal has 1 to 4096 rows and columns.");
        }
    }

    public LaunchPlan Build(string id, Container container, ContainerRun run, ExecSpec spec)
    {
        var image = images.TryByDigest(container.ImageDigest)?.Config ?? new ImageConfig();
        var own = container.Spec;
        bool privileged = spec.Privileged || own.Privileged;
        return new()
        {
            Kind = LaunchKind.Exec,
            Id = id,
            RunFolder = paths.ExecRun(id),
            StateFolder = paths.Exec(container.Id, id),
            Namespaces = new() { UidMap = NamespacePlans.Map(container.Ids), GidMap = NamespacePlans.Map(container.Ids) },
            Cgroup = PlanBuilder.Cgroup(cgroups.Open(paths.Processes(container))),
            Process = PlanBuilder.Filtered(new()
            {
                Args = spec.Command,
                Env = ProgramSpec.Environment(image.Env, [.. own.Env, .. spec.Env], own.Hostname ?? container.Id.Short, spec.Tty),
                WorkingDir = spec.WorkingDir ?? own.WorkingDir ?? (string.IsNullOrEmpty(image.WorkingDir) ? "/" : image.WorkingDir),
                User = spec.User ?? own.User ?? image.User ?? "",
                Groups = own.Groups,
                Rlimits = Rlimits.Plan(own.Rlimits),
                Capabilities = spec.Privileged ? Capabilities.Plan(privileged: true, [], []) : Capabilities.Plan(own.Privileged, own.CapAdd, own.CapDrop, own.NetRaw),
                OomScoreAdj = OomScore.Plan(own.OomScoreAdj),
                AppArmor = privileged ? null : AppArmor.Plan(own.AppArmor),
                NoNewPrivileges = own.NoNewPrivileges && !privileged,
            }, own.Seccomp, privileged, seccomp),
            Streams = new() { Tty = spec.Tty, OpenStdin = spec.OpenStdin, Rows = (ushort)spec.Rows, Columns = (ushort)spec.Columns },
            Target = new(run.Pid, run.StartTicks),
        };
    }
}
