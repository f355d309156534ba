using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Brig.Linux.Seccomp;

namespace Brig.Engine.Isolation.Seccomp;

/// <summary>
/// Reads a profile: the JSON that <c>docker run --security-opt seccomp=FILE</c> takes, and the <c>linux.seccomp</c> object of an OCI runtime configuration.
/// A member it does not know is refused, because an <c>exclude</c> written for <c>excludes</c> would open what its author meant to close.
/// </summary>
internal static class ProfileReader
{
    /// <summary>Bytes of UTF-8. Docker's own has 13,000.</summary>
    public const int LargestText = 256 * 1024;

    private const int MostRules = 4096, MostNames = 16 * 1024, EPERM = 1, LargestErrno = 4095;

    private static readonly Dictionary<string, SeccompAction> Actions = new()
    {
        ["SCMP_ACT_ALLOW"] = SeccompAction.Allow, ["SCMP_ACT_LOG"] = SeccompAction.Log, ["SCMP_ACT_TRACE"] = SeccompAction.Trace, ["SCMP_ACT_ERRNO"] = SeccompAction.Errno,
        ["SCMP_ACT_TRAP"] = SeccompAction.Trap, ["SCMP_ACT_KILL"] = SeccompAction.KillThread, ["SCMP_ACT_KILL_THREAD"] = SeccompAction.KillThread,
        ["SCMP_ACT_KILL_PROCESS"] = SeccompAction.KillProcess,
    };

    private static readonly Dictionary<string, SeccompOp> Operators = new()
    {
        ["SCMP_CMP_NE"] = SeccompOp.NotEqual, ["SCMP_CMP_LT"] = SeccompOp.Less, ["SCMP_CMP_LE"] = SeccompOp.LessOrEqual, ["SCMP_CMP_EQ"] = SeccompOp.Equal,
        ["SCMP_CMP_GE"] = SeccompOp.GreaterOrEqual, ["SCMP_CMP_GT"] = SeccompOp.Greater, ["SCMP_CMP_MASKED_EQ"] = SeccompOp.MaskedEqual,
    };

    /// <exception cref="EngineException">Invalid: one sentence that names the line or the entry.</exception>
    public static SeccompProfile Read(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) is var size && size > LargestText)
        {
            throw EngineException.Invalid($"The seccomp profile has {size} bytes; more than {LargestText} are not read.");
        }
        try
        {
            using var document = JsonDocument.Parse(text, new() { MaxDepth = 16 });
            return Profile(new(document.RootElement, ""));
        }
        catch (JsonException e)
        {
            throw EngineException.Invalid(string.Create(CultureInfo.InvariantCulture, $"The seccomp profile is not JSON: there is something wrong in line {e.LineNumber + 1}, at byte {e.BytePositionInLine + 1}."));
        }
    }

    private static SeccompProfile Profile(ProfileObject top)
    {
        top.Allow("defaultAction", "defaultErrnoRet", "defaultErrno", "architectures", "archMap", "syscalls", "flags", "comment");
        if (top.Strings("flags").FirstOrDefault(flag => flag is not ("SECCOMP_FILTER_FLAG_SPEC_ALLOW" or "SECCOMP_FILTER_FLAG_TSYNC" or "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV")) is { } flag)
        {
            throw top.Wrong($"has the flag \"{Text.Short(flag)}\", which Brig does not set");
        }
        var rules = ImmutableArray.CreateBuilder<SeccompRule>();
        int names = 0;
        foreach (var entry in top.Objects("syscalls"))
        {
            var rule = Rule(rules.Count, entry);
            names += rule.Names.Length;
            rules.Add(rule);
            if (rules.Count > MostRules || names > MostNames)
            {
                throw top.Wrong($"has more than {MostRules} entries in syscalls, or more than {MostNames} names in them");
            }
        }
        return new(Answer(top, "defaultAction", "defaultErrnoRet"), Architectures(top), rules.ToImmutable());
    }

    private static SeccompRule Rule(int index, ProfileObject entry)
    {
        ImmutableArray<string> names = entry.Strings("names");
        if (entry.Text("name") is { } name)
        {
            names = names.Add(name);
        }
        entry.Called = names switch
        {
            [] => entry.Called,
            [var one] => $"{entry.Called} (\"{Text.Short(one)}\")",
            [var first, ..] => $"{entry.Called} (\"{Text.Short(first)}\" and {names.Length - 1} more)",
        };
        entry.Allow("names", "name", "action", "errnoRet", "errno", "args", "comment", "includes", "excludes");
        if (names.IsEmpty)
        {
            throw entry.Wrong("has no names");
        }
        ImmutableArray<SeccompArg> args = [.. entry.Objects("args").Select(Arg)];
        if (args.GroupBy(arg => arg.Index).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw entry.Wrong($"has two conditions on argument {twice.Key}; write an entry for each, because runtimes differ in whether one of them is enough");
        }
        return new(index, names, Answer(entry, "action", "errnoRet"), args, When(entry, "includes"), When(entry, "excludes"), entry.Text("comment") ?? "");
    }

    private static SeccompArg Arg(ProfileObject arg)
    {
        arg.Allow("index", "value", "valueTwo", "op");
        ulong index = arg.Number("index") ?? throw arg.Wrong("has no index");
        if (index > 5)
        {
            throw arg.Wrong($"has the index {index}; a system call has the arguments 0 to 5");
        }
        string op = arg.Text("op") ?? throw arg.Wrong("has no op");
        return new((int)index, Operators.TryGetValue(op, out var known) ? known : throw arg.Wrong($"has the op \"{Text.Short(op)}\", which is none of {string.Join(", ", Operators.Keys)}"),
            arg.Number("value") ?? throw arg.Wrong("has no value"), arg.Number("valueTwo") ?? 0);
    }

    private static SeccompAnswer Answer(ProfileObject from, string actionMember, string errnoMember)
    {
        string action = from.Text(actionMember) ?? throw from.Wrong($"has no {actionMember}");
        if (action == "SCMP_ACT_NOTIFY")
        {
            throw from.Wrong("asks for SCMP_ACT_NOTIFY, which needs a listener that Brig cannot give; Brig tells denied calls by itself");
        }
        if (!Actions.TryGetValue(action, out var known))
        {
            throw from.Wrong($"has the {actionMember} \"{Text.Short(action)}\", which is none of {string.Join(", ", Actions.Keys)}");
        }
        ulong errno = from.Number(errnoMember) ?? EPERM;
        if (errno > LargestErrno)
        {
            throw from.Wrong($"has the {errnoMember} {errno}; an errno is at most {LargestErrno}");
        }
        return new(known, known is SeccompAction.Errno or SeccompAction.Trace ? (int)errno : 0);
    }

    private static SeccompWhen When(ProfileObject rule, string member)
    {
        if (rule.Object(member) is not { } when)
        {
            return SeccompWhen.Always;
        }
        when.Allow("caps", "arches", "minKernel");
        Version? kernel = null;
        if (when.Text("minKernel") is { } text && !Version.TryParse(text, out kernel))
        {
            throw when.Wrong($"has the minKernel \"{Text.Short(text)}\", which is not a version such as \"4.8\"");
        }
        ImmutableArray<string> caps = when.Strings("caps");
        if (caps.FirstOrDefault(cap => !cap.StartsWith("CAP_", StringComparison.Ordinal) || !CapabilitySet.All.Contains(cap[4..])) is { } unknown)
        {
            throw when.Wrong($"has the capability \"{Text.Short(unknown)}\", which is none of capabilities(7); write CAP_ and its name");
        }
        return new(caps, when.Strings("arches"), kernel is null ? null : new(kernel.Major, kernel.Minor));
    }

    /// <summary>archMap's entry of this machine, or the list of architectures as OCI has it; neither: this machine's own alone.</summary>
    private static ImmutableArray<SyscallArch> Architectures(ProfileObject top)
    {
        var native = SyscallArches.Native;
        var all = new List<SyscallArch> { native };
        foreach (var entry in top.Objects("archMap"))
        {
            entry.Allow("architecture", "subArchitectures");
            if (entry.Text("architecture") == native.Scmp())
            {
                all.AddRange(Known(entry.Strings("subArchitectures")));
            }
        }
        all.AddRange(Known(top.Strings("architectures")));
        return [.. all.Distinct().Where(arch => arch == native || GoesWith(native, arch))];
    }

    private static IEnumerable<SyscallArch> Known(IEnumerable<string> names) => names.Select(SyscallArches.Parse).OfType<SyscallArch>();

    /// <summary>Not x32, whatever is asked: hardly a kernel has it, and its numbers are one more way around a filter.</summary>
    private static bool GoesWith(SyscallArch native, SyscallArch other) => native switch
    {
        SyscallArch.X8664 => other is SyscallArch.X86,
        SyscallArch.AArch64 => other is SyscallArch.Arm,
        _ => false,
    };
}
