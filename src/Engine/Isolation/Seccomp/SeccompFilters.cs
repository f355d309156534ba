using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Brig.Engine.Containers;
using Brig.Linux;
using Brig.Linux.Seccomp;

namespace Brig.Engine.Isolation.Seccomp;

/// <summary>The filters of containers: each profile is compiled once for each set of capabilities, and kept.</summary>
internal sealed class SeccompFilters(EngineOptions options)
{
    /// <summary>Beyond this, all are forgotten: nobody has so many profiles, and each is compiled again in some milliseconds.</summary>
    private const int Kept = 64;

    private static readonly ImmutableArray<string> InitNeeds = ["rt_sigtimedwait", "kill", "wait4", "exit_group"];

    private readonly ConcurrentDictionary<(string Profile, ulong Bounding, bool Tell), SeccompFilter> _filters = new();
    private readonly ConcurrentDictionary<(string Profile, ulong Bounding, SyscallArch? Arch), ResolvedProfile> _resolved = new();
    private readonly Lazy<Source> _default = new(() => new(ReadDefault(options.SeccompProfile)));

    /// <summary>Reads the daemon's own profile, so that a bad one is told when Brig starts.</summary>
    /// <exception cref="EngineException">Invalid, or Unavailable: libseccomp is missing.</exception>
    public void Open() => For(SeccompSpec.Default, Capabilities.Mask(false, [], []));

    /// <exception cref="EngineException">As <see cref="For"/>; also where the profile is missing, or meant for nothing.</exception>
    public void Check(ContainerSpec spec)
    {
        if (spec.Seccomp.Mode == SeccompChoice.Custom ? spec.Seccomp.Profile is null : spec.Seccomp.Profile is not null)
        {
            throw EngineException.Invalid("A seccomp profile goes with the mode custom, and that with a profile.");
        }
        if (spec.Privileged && spec.Seccomp.Mode == SeccompChoice.Custom)
        {
            throw EngineException.Invalid("A privileged container has no seccomp filter; take away the profile, or choose capabilities in place of privileged.");
        }
        ulong bounding = Capabilities.Mask(spec.Privileged, spec.CapAdd, spec.CapDrop, spec.NetRaw);
        For(spec.Seccomp, bounding);
        if (spec.Init && spec.Seccomp.Mode == SeccompChoice.Custom && Resolve(spec.Seccomp, new(bounding))!.All().FirstOrDefault(call => InitNeeds.Contains(call.Name) && !call.IsAllowed) is { } lacking)
        {
            throw EngineException.Invalid($"The seccomp profile does not allow {lacking.Name}, without which the init cannot work; allow it, or do without init.");
        }
    }

    /// <param name="bounding">The capabilities that the program can ever have.</param>
    /// <exception cref="EngineException">Invalid: one sentence that names the line or the entry; Unavailable: libseccomp is missing.</exception>
    public SeccompFilter For(SeccompSpec spec, ulong bounding)
    {
        if (Profile(spec) is not { } source)
        {
            return SeccompFilter.None;
        }
        return Once(_filters, (source.Key, bounding, spec.Tell), () => FilterBuilder.Build(ProfileReader.Read(source.Text), new(bounding), KernelVersion.Now, spec.Tell));
    }

    /// <summary>What a container's programs may call, by name; null: everything, for there is no filter.</summary>
    /// <exception cref="EngineException">As <see cref="For"/>.</exception>
    /// <param name="arch">Whose numbers and names; null: this machine's own.</param>
    public ResolvedProfile? Resolve(SeccompSpec spec, CapabilitySet bounding, SyscallArch? arch = null) => Profile(spec) is not { } source
        ? null : Once(_resolved, (source.Key, bounding.Mask, arch), () => new ProfileResolver(ProfileReader.Read(source.Text), bounding, KernelVersion.Now).Resolve(arch));

    private static TValue Once<TKey, TValue>(ConcurrentDictionary<TKey, TValue> known, TKey key, Func<TValue> make) where TKey : notnull
    {
        if (known.TryGetValue(key, out var found))
        {
            return found;
        }
        var made = Guard(make);
        if (known.Count >= Kept)
        {
            known.Clear();
        }
        return known[key] = made;
    }

    private Source? Profile(SeccompSpec spec) => spec.Mode switch
    {
        SeccompChoice.Unconfined => null,
        SeccompChoice.Custom => new(spec.Profile!),
        _ => _default.Value,
    };

    private static T Guard<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (LinuxException e)
        {
            throw EngineException.Unavailable($"The seccomp filter could not be made: {e.Message}.", e);
        }
    }

    private static string ReadDefault(string? path)
    {
        if (path is null)
        {
            using var own = Assembly.GetExecutingAssembly().GetManifestResourceStream("Brig.Engine.Isolation.Seccomp.default.json")!;
            return new StreamReader(own).ReadToEnd();
        }
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw EngineException.Unavailable($"The seccomp profile {path}, which BRIG_SECCOMP_PROFILE names, cannot be read: {e.Message}", e);
        }
    }

    /// <summary>A profile's text, and what it is kept under: long texts of others would not be worth keeping.</summary>
    private sealed class Source(string text)
    {
        public string Text { get; } = text;
        public string Key { get; } = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}

/// <summary>A filter as the kernel takes it.</summary>
/// <param name="Program">Classic BPF, 8 bytes an instruction; empty: no filter.</param>
/// <param name="Flags">SECCOMP_FILTER_FLAG_*.</param>
/// <param name="ToldErrno">What the shim answers to the calls of which it is notified; 0: it is of none.</param>
internal sealed record SeccompFilter(ImmutableArray<byte> Program, uint Flags, int ToldErrno)
{
    public static readonly SeccompFilter None = new([], 0, 0);
}
