using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Brig.Engine.Images;

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
        User(spec.User);
        Hostname(spec.Hostname);
        foreach (string host in spec.ExtraHosts)
        {
            HostFiles.ParseHost(host);
        }
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
        Capabilities.Mask(spec.Privileged, spec.CapAdd, spec.CapDrop);
        Rlimits.Plan(spec.Rlimits);
        Sysctls.Plan(spec.Sysctls, spec.Namespaces);
        NamespacePlans.Check(spec.Namespaces);
        Mounts(spec.Mounts);
        Restart(spec.Restart);
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

    /// <summary>Asked again at each start: a source may have gone meanwhile.</summary>
    public static void MountSources(ImmutableArray<MountSpec> mounts)
    {
        foreach (var mount in mounts.Where(mount => mount.Kind == MountKind.Bind && !Path.Exists(mount.Source)))
        {
            throw EngineException.Invalid($"The source \"{Text.Short(mount.Source!)}\" of the mount on {mount.Target} does not exist on this machine.");
        }
    }

    private static void Mounts(ImmutableArray<MountSpec> mounts)
    {
        var targets = new HashSet<string>();
        foreach (var mount in mounts)
        {
            InnerPath(mount.Target, "mount target");
            string target = mount.Target.TrimEnd('/');
            if (target.Length == 0)
            {
                throw EngineException.Invalid("Nothing can be mounted on /, which is the image itself.");
            }
            if (!targets.Add(target))
            {
                throw EngineException.Invalid($"Two mounts have the target {target}.");
            }
            if (mount.Kind == MountKind.Tmpfs ? mount.Source is not null : string.IsNullOrEmpty(mount.Source))
            {
                throw EngineException.Invalid($"The mount on {target} needs {(mount.Kind == MountKind.Bind ? "a source" : "no source, being a tmpfs")}.");
            }
            if (mount.Kind == MountKind.Bind)
            {
                InnerPath(mount.Source!, "mount source");
            }
            if (mount.SizeBytes is <= 0 || (mount.SizeBytes is not null && mount.Kind != MountKind.Tmpfs))
            {
                throw EngineException.Invalid($"The size of the mount on {target} must be above zero, and goes with a tmpfs only.");
            }
        }
        MountSources(mounts);
    }

    private static void Hostname(string? hostname)
    {
        if (hostname is not null && !HostnameRule().IsMatch(hostname))
        {
            throw EngineException.Invalid($"\"{Text.Short(hostname)}\" cannot be a host name: 1 to 63 letters, digits, '-' and '.', beginning and ending with a letter or digit.");
        }
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9_.$-]{0,63}(:[a-zA-Z0-9_][a-zA-Z0-9_.$-]{0,63})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex UserRule();

    [GeneratedRegex(@"\A[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,61}[a-zA-Z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostnameRule();
}
