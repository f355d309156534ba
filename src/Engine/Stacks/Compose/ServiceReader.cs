using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Stacks.Files;
using Brig.Engine.Stacks.Reading;
using Brig.Engine.Stacks.Variables;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Compose;

/// <summary>What is said twice about a service is brought together, and its env_files are read.</summary>
internal sealed class ServiceReader(StackFolder folder, IReadOnlyDictionary<string, string> variables, Findings findings)
{
    // Thousands of services may name one file, in as many ways: its values are there once.
    private readonly Dictionary<(string Path, bool Raw), IReadOnlyList<KeyValuePair<string, string?>>> _read = [];

    public ComposeService Finish(string name, ServiceDraft draft)
    {
        var service = draft.Service with { Name = name };
        var limits = service.Limits;
        if (draft.CpuQuota is { } quota)
        {
            limits = limits with { Cpus = Once(service, "cpu_quota and cpus", limits.Cpus, quota / (double)(draft.CpuPeriod ?? 100_000)) };
        }
        limits = limits with
        {
            Cpus = Zero(Once(service, "cpus and deploy.resources.limits.cpus", limits.Cpus, draft.Deploy.Cpus)),
            Memory = Once(service, "mem_limit and deploy.resources.limits.memory", limits.Memory, draft.Deploy.Memory),
            Pids = Once(service, "pids_limit and deploy.resources.limits.pids", limits.Pids, draft.Deploy.Pids),
            MemoryLow = Once(service, "mem_reservation and deploy.resources.reservations.memory", limits.MemoryLow, draft.Deploy.MemoryReservation),
        };
        if (draft.MemoryAndSwap is { } both and not -1)
        {
            if (limits.Memory is null || both < limits.Memory)
            {
                Error(service, "memswap_limit is memory and swap together: it needs a mem_limit that is not larger.");
            }
            limits = limits with { Swap = Math.Max(0, both - limits.Memory ?? 0) };
        }
        return service with
        {
            Limits = limits,
            Environment = Environment(service, draft.Environment),
            Replicas = Once(service, "scale and deploy.replicas", draft.Scale, draft.Deploy.Replicas) ?? 1,
            Restart = draft.Restart ?? draft.Deploy.Restart ?? RestartPolicy.No,
            Update = draft.Deploy.Update ?? UpdateRules.Default,
            Rollback = draft.Deploy.Rollback ?? UpdateRules.Default,
        };
    }

    private ImmutableSortedDictionary<string, string> Environment(ComposeService service, ImmutableSortedDictionary<string, string?> own)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var file in service.EnvFiles)
        {
            foreach (var (name, value) in Variables(service, file))
            {
                if ((value ?? variables.GetValueOrDefault(name)) is { } known)
                {
                    all[name] = known;
                }
            }
        }
        foreach (var (name, value) in own)
        {
            if ((value ?? variables.GetValueOrDefault(name)) is { } known)
            {
                all[name] = known;
            }
        }
        return all.ToImmutable();
    }

    private IReadOnlyList<KeyValuePair<string, string?>> Variables(ComposeService service, EnvFile file)
    {
        try
        {
            var key = (folder.Normal(file.Path), file.Raw);
            if (_read.TryGetValue(key, out var known))
            {
                return known;
            }
            if (folder.ReadText(file.Path, YamlReader.MostBytes) is { } text)
            {
                return _read[key] = file.Raw ? DotEnv.ParseRaw(text) : DotEnv.Parse(text, variables.GetValueOrDefault);
            }
            if (file.Required)
            {
                findings.Error(file.Place, $"services.{service.Name}.env_file: There is no file {Text.Short(file.Path)} in the stack.");
            }
        }
        catch (EngineException e)
        {
            findings.Error(file.Place, $"services.{service.Name}.env_file: {e.Message}");
        }
        catch (DotEnvFailure e)
        {
            findings.Error(new TextPlace(file.Path, e.Line, 1), e.Message);
        }
        return [];
    }

    private T? Once<T>(ComposeService service, string both, T? one, T? other) where T : struct, IEquatable<T>
    {
        if (one is { } first && other is { } second && !first.Equals(second))
        {
            Error(service, $"{both} say different things; leave one out.");
        }
        return one ?? other;
    }

    /// <summary>0 cores are no limit, as everywhere in Compose.</summary>
    private static double? Zero(double? cpus) => cpus is 0 ? null : cpus;

    private void Error(ComposeService service, string sentence) => findings.Error(service.Place, $"services.{service.Name}: {sentence}");
}
