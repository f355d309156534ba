using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Brig.Engine.Images;
using Brig.Engine.Isolation;
using Brig.Engine.Networks;

namespace Brig.Engine.Containers;

/// <summary>Everything about a spec that can be known to be wrong before anything is made. One sentence each, the first that is found.</summary>
internal static partial class SpecCheck
{
    /// <summary>MAX_ARG_STRLEN of the kernel, with the terminating zero (execve(2)).</summary>
    private const int LongestString = 128 * 1024 - 1;

    /// <summary>A quarter of the usual stack limit of 8 MiB, less what the kernel puts there itself (execve(2)).</summary>
    private const int MostStrings = 2 * 1024 * 1024 - 16 * 1024;

    public static void Check(ContainerSpec spec, ImageConfig image)
    {
        Inherited(spec, image);
        var arguments = ProgramSpec.Arguments(spec, image);
        if (arguments.IsEmpty)
        {
            throw EngineException.Invalid($"The image {spec.Image} names no program to run; give a command.");
        }
        Program(arguments, ProgramSpec.Environment(image.Env, spec.Env, spec.Hostname, spec.Tty));
        if (spec.WorkingDir is { } workingDir)
        {
            InnerPath(workingDir, "working directory");
        }
        if (spec.ShareableIpc && (spec.NoShm || spec.Namespaces.Ipc.Source != NamespaceSource.New))
        {
            throw EngineException.Invalid("Only an IPC namespace and a /dev/shm of its own can be others' too.");
        }
        if (spec.TtySize is { Rows: < 1 or > 4096 } or { Columns: < 1 or > 4096 })
        {
            throw EngineException.Invalid("A terminal has 1 to 4096 rows and columns.");
        }
        CgroupParent.Check(spec);
        User(spec.User);
        foreach (string group in spec.Groups)
        {
            Group(group);
        }
        Hostname(spec.Hostname);
        Domainname(spec);
        foreach (string host in spec.ExtraHosts)
        {
            HostFiles.ParseHost(host);
        }
        foreach (string word in spec.DnsSearch.Concat(spec.DnsOptions))
        {
            ResolverWord(word);
        }
        spec.Log?.Check();
        foreach (string server in spec.Dns.Where(server => !System.Net.IPAddress.TryParse(server, out _)))
        {
            throw EngineException.Invalid($"The name server \"{Text.Short(server)}\" is not an IP address.");
        }
        if ((spec.StopSignal ?? image.StopSignal) is { } signal)
        {
            Signals.Parse(signal);
        }
        if (spec.StopGrace is { } grace && (grace < TimeSpan.Zero || grace > TimeSpan.FromDays(1)))
        {
            throw EngineException.Invalid("The time to stop must be from zero to a day.");
        }
        Capabilities.Mask(spec.Privileged, spec.CapAdd, spec.CapDrop, spec.NetRaw);
        Rlimits.Plan(spec.Rlimits);
        Sysctls.Plan(spec.Sysctls, spec.Namespaces);
        NamespacePlans.Check(spec.Namespaces, spec.Privileged);
        AttachmentCheck.Check(spec);
        MountCheck.Check(spec);
        HostDevices.Check(spec.Devices);
        foreach (string path in spec.MaskedPaths.Concat(spec.ReadOnlyPaths))
        {
            HiddenPath(path);
        }
        OomScore.Plan(spec.OomScoreAdj);
        AppArmor.Check(spec.AppArmor);
        Restart(spec.Restart);
        Probes.HealthPlans.Check(spec, image);
        if (spec.AutoRemove && spec.Restart.Mode != RestartMode.No)
        {
            throw EngineException.Invalid("A container that is removed when it exits cannot have a restart policy; choose one of the two.");
        }
        foreach (string label in spec.Labels.Keys.Where(string.IsNullOrWhiteSpace))
        {
            throw EngineException.Invalid("A label has no name.");
        }
    }

    /// <summary>What nobody here typed: the sentence says whose it is.</summary>
    private static void Inherited(ContainerSpec spec, ImageConfig image)
    {
        foreach (string entry in image.Env.Where(entry => entry.IndexOf('=', StringComparison.Ordinal) <= 0 || entry.Contains('\0', StringComparison.Ordinal)))
        {
            throw EngineException.Invalid($"The image {spec.Image} has the environment entry \"{Text.Short(entry)}\", which no program can be given: it must be NAME=value, without zero characters.");
        }
        if (spec.WorkingDir is null && image.WorkingDir is { Length: > 0 } workingDir)
        {
            InnerPath(workingDir, $"image {spec.Image}'s working directory");
        }
    }

    public static void Restart(RestartPolicy policy)
    {
        if (policy.MaxRetries < 0 || (policy.MaxRetries > 0 && policy.Mode != RestartMode.OnFailure))
        {
            throw EngineException.Invalid("A number of retries, not negative, goes with the restart policy on-failure only.");
        }
    }

    /// <summary>Arguments and environment as execve(2) takes them.</summary>
    public static void Program(ImmutableArray<string> arguments, ImmutableArray<string> environment)
    {
        if (arguments[0].Length == 0)
        {
            throw EngineException.Invalid("The program's name is empty.");
        }
        foreach (string entry in environment)
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw EngineException.Invalid($"The environment's entry \"{Text.Short(entry)}\" is not NAME=value.");
            }
        }
        long total = 0;
        foreach (string text in arguments.Concat(environment))
        {
            int size = Encoding.UTF8.GetByteCount(text);
            if (text.Contains('\0', StringComparison.Ordinal))
            {
                throw EngineException.Invalid($"\"{Text.Short(text)}\" contains a zero character, which no program can be given.");
            }
            if (size >= LongestString)
            {
                throw EngineException.Invalid(
                    $"\"{Text.Short(text)}\" has {size} bytes; the kernel takes at most {LongestString} for one argument or environment entry. Put it into a file and mount that.");
            }
            total += size + 1 + sizeof(long);
        }
        if (total > MostStrings)
        {
            throw EngineException.Invalid(
                $"Arguments and environment take {total} bytes together; the kernel takes at most {MostStrings}. Put the large ones into a file and mount that.");
        }
    }

    public static void User(string? user)
    {
        if (user is not null && !UserRule().IsMatch(user))
        {
            throw EngineException.Invalid($"\"{Text.Short(user)}\" is no user; write a name or number, and perhaps ':' and a group.");
        }
    }

    private static void Group(string group)
    {
        if (!UserRule().IsMatch(group) || group.Contains(':', StringComparison.Ordinal))
        {
            throw EngineException.Invalid($"\"{Text.Short(group)}\" is no group; write a name or number.");
        }
    }

    private static void Domainname(ContainerSpec spec)
    {
        if (spec.Domainname is not { } domain)
        {
            return;
        }
        if (!HostnameRule().IsMatch(domain))
        {
            throw EngineException.Invalid($"\"{Text.Short(domain)}\" cannot be a domain: 1 to 63 letters, digits, '-' and '.', beginning and ending with a letter or digit.");
        }
        if (spec.Namespaces.Uts.Source != NamespaceSource.New)
        {
            throw EngineException.Invalid("A domain needs a UTS namespace of the container's own; leave one of the two out.");
        }
    }

    /// <summary>What may stand in a line of resolv.conf(5).</summary>
    private static void ResolverWord(string word)
    {
        if (word.Length is 0 or > 253 || word.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':')))
        {
            throw EngineException.Invalid($"\"{Text.Short(word)}\" is no domain to search and no option of resolv.conf.");
        }
    }

    /// <summary>Absolute and without <c>..</c>.</summary>
    public static void InnerPath(string path, string what)
    {
        if (!path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal))
        {
            throw EngineException.Invalid($"The {what} \"{Text.Short(path)}\" must be an absolute path.");
        }
        if (path.Split('/').Contains(".."))
        {
            throw EngineException.Invalid($"The {what} \"{Text.Short(path)}\" must not contain \"..\".");
        }
        if (Encoding.UTF8.GetByteCount(path) > 4000)
        {
            throw EngineException.Invalid($"The {what} \"{Text.Short(path)}\" is longer than a path can be.");
        }
    }

    private static void HiddenPath(string path)
    {
        InnerPath(path, "path to be hidden or read-only");
        if (path.Trim('/').Length == 0)
        {
            throw EngineException.Invalid("The root cannot be hidden; for a read-only one there is readOnlyRoot.");
        }
    }

    public static bool IsHostname(string name) => HostnameRule().IsMatch(name);

    private static void Hostname(string? hostname)
    {
        if (hostname is not null && !HostnameRule().IsMatch(hostname))
        {
            throw EngineException.Invalid($"\"{Text.Short(hostname)}\" cannot be a host name: 1 to 63 letters, digits, '_', '-' and '.', not beginning or ending with '-' or '.'.");
        }
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9_.$-]{0,63}(:[a-zA-Z0-9_][a-zA-Z0-9_.$-]{0,63})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex UserRule();

    /// <summary>Of hostname(7), and the underscore that Compose files are full of.</summary>
    [GeneratedRegex(@"\A[a-zA-Z0-9_](?:[a-zA-Z0-9_.-]{0,61}[a-zA-Z0-9_])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostnameRule();
}
