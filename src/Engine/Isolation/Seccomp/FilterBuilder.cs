using System.Collections.Immutable;
using Brig.Linux.Seccomp;

namespace Brig.Engine.Isolation.Seccomp;

/// <summary>From a profile to the program the kernel runs.</summary>
internal static class FilterBuilder
{
    private const int EPERM = 1, ENOSYS = 38;
    private const uint KillProcess = 0x8000_0000, KillThread = 0, Trap = 0x0003_0000, Errno = 0x0005_0000, Notify = 0x7fc0_0000, Trace = 0x7ff0_0000, Log = 0x7ffc_0000, Allow = 0x7fff_0000;
    private const uint NewListener = 8, WaitKillable = 32;

    /// <param name="tell">Denials by errno go to a listener instead of being answered in the kernel, but for those that look like an older kernel.</param>
    /// <exception cref="EngineException">Invalid.</exception>
    public static SeccompFilter Build(SeccompProfile profile, CapabilitySet bounding, Version kernel, bool tell)
    {
        var resolver = new ProfileResolver(profile, bounding, kernel);
        int told = !tell || kernel < KernelVersion.Notifies || !CanHandOver(resolver) ? 0 : profile.Default is { Action: SeccompAction.Errno, Errno: not ENOSYS and not 0 and var errno } ? errno : EPERM;
        var tables = profile.Architectures.Select(arch => Table(resolver, arch, told)).ToList();
        byte[] program = FilterCompiler.Compile(tables, Errno | ENOSYS);
        if (program.Length / 8 > FilterCompiler.MostInstructions)
        {
            throw EngineException.Invalid(
                $"The seccomp profile makes a filter of {program.Length / 8} instructions; the kernel takes {FilterCompiler.MostInstructions}. It has too many conditions on arguments.");
        }
        return new([.. program], told == 0 ? 0 : NewListener | (kernel >= KernelVersion.WaitsKillably ? WaitKillable : 0), told);
    }

    /// <summary>The listener comes to the shim by sendmsg(2), which the filter sees already; were that told, it would be told to nobody, for ever.</summary>
    private static bool CanHandOver(ProfileResolver resolver)
    {
        SyscallNames.Find(SyscallArches.Native, "sendmsg", out int sendmsg);
        var answer = resolver.Calls(SyscallArches.Native).TryGetValue((uint)sendmsg, out var rules) ? rules : [new([], resolver.Otherwise)];
        return answer is [{ Args.IsEmpty: true, Answer.Action: SeccompAction.Allow or SeccompAction.Log }, ..];
    }

    private static FilterTable Table(ProfileResolver resolver, SyscallArch arch, int told)
    {
        var calls = resolver.Calls(arch).ToDictionary(
            call => call.Key, call => call.Value.Select(rule => new FilterRule(rule.Args, Return(rule.Answer, told))).ToImmutableArray());
        return FilterTable.Make(arch.Audit(), calls, (uint)resolver.Newest(arch), Return(resolver.Otherwise, told), Return(resolver.Beyond, told));
    }

    private static uint Return(SeccompAnswer answer, int told) => answer.Action switch
    {
        SeccompAction.Allow => Allow,
        SeccompAction.Log => Log,
        SeccompAction.Trace => Trace | (uint)answer.Errno,
        SeccompAction.Errno => answer.Errno == told && told != 0 ? Notify : Errno | (uint)answer.Errno,
        SeccompAction.Trap => Trap,
        SeccompAction.KillThread => KillThread,
        _ => KillProcess,
    };
}
