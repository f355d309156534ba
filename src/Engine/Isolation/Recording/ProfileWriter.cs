using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brig.Engine.Isolation.Seccomp;
using Brig.Linux.Seccomp;

namespace Brig.Engine.Isolation;

/// <summary>Writes a profile in Docker's JSON format: some calls let through, with the conditions that today's profile has for them, every other refused.</summary>
internal static class ProfileWriter
{
    private const int EPERM = 1, ENOSYS = 38;
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<SeccompOp, string> Operators = new()
    {
        [SeccompOp.NotEqual] = "SCMP_CMP_NE", [SeccompOp.Less] = "SCMP_CMP_LT", [SeccompOp.LessOrEqual] = "SCMP_CMP_LE", [SeccompOp.Equal] = "SCMP_CMP_EQ",
        [SeccompOp.GreaterOrEqual] = "SCMP_CMP_GE", [SeccompOp.Greater] = "SCMP_CMP_GT", [SeccompOp.MaskedEqual] = "SCMP_CMP_MASKED_EQ",
    };

    /// <param name="names">Let through.</param>
    /// <param name="today">By architecture; null: no filter. A name has the same rules in all of them.</param>
    /// <param name="compatible">32-bit calls are among them.</param>
    public static string Write(string comment, IReadOnlySet<string> names, IEnumerable<ResolvedProfile?> today, bool compatible)
    {
        var known = today.OfType<ResolvedProfile>().SelectMany(profile => profile.Calls).DistinctBy(call => call.Name).ToDictionary(call => call.Name);
        var plain = new List<string>();
        var rules = new JsonArray();
        foreach (string name in names.Order(StringComparer.Ordinal))
        {
            if (known.TryGetValue(name, out var call) && !call.IsAllowed && !call.IsDenied)
            {
                foreach (var rule in call.Rules.Where(rule => !rule.Args.IsEmpty || IsOpen(rule.Answer)))
                {
                    rules.Add(Rule([name], rule.Answer, rule.Args));
                }
            }
            else
            {
                plain.Add(name);
            }
        }
        rules.Insert(0, Rule(plain, new(SeccompAction.Allow), []));
        // What today looks like an older kernel goes on looking so: libc falls back to another call, where with EPERM it would give up.
        string[] older = [.. known.Values.Where(call => !names.Contains(call.Name) && call.Rules is [{ Args.IsEmpty: true, Answer: { Action: SeccompAction.Errno, Errno: ENOSYS } }]).Select(call => call.Name)];
        if (older.Length > 0)
        {
            rules.Add(Rule(older, new(SeccompAction.Errno, ENOSYS), []));
        }
        return new JsonObject
        {
            ["comment"] = comment,
            ["defaultAction"] = "SCMP_ACT_ERRNO",
            ["defaultErrnoRet"] = EPERM,
            ["archMap"] = new JsonArray(new JsonObject
            {
                ["architecture"] = SyscallArches.Native.Scmp(),
                ["subArchitectures"] = compatible ? new JsonArray(SyscallArch.X86.Scmp()) : new JsonArray(),
            }),
            ["syscalls"] = rules,
        }.ToJsonString(Readable);
    }

    private static bool IsOpen(SeccompAnswer answer) => answer.Action is SeccompAction.Allow or SeccompAction.Log;

    private static JsonObject Rule(IEnumerable<string> names, SeccompAnswer answer, ImmutableArray<SeccompArg> args)
    {
        var rule = new JsonObject { ["names"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]), ["action"] = Action(answer.Action) };
        if (answer.Action is SeccompAction.Errno or SeccompAction.Trace)
        {
            rule["errnoRet"] = answer.Errno;
        }
        if (!args.IsEmpty)
        {
            rule["args"] = new JsonArray([.. args.Select(arg => new JsonObject { ["index"] = arg.Index, ["value"] = arg.Value, ["valueTwo"] = arg.ValueTwo, ["op"] = Operators[arg.Op] })]);
        }
        return rule;
    }

    private static string Action(SeccompAction action) => action switch
    {
        SeccompAction.Allow => "SCMP_ACT_ALLOW",
        SeccompAction.Log => "SCMP_ACT_LOG",
        SeccompAction.Trace => "SCMP_ACT_TRACE",
        SeccompAction.Errno => "SCMP_ACT_ERRNO",
        SeccompAction.Trap => "SCMP_ACT_TRAP",
        SeccompAction.KillThread => "SCMP_ACT_KILL_THREAD",
        _ => "SCMP_ACT_KILL_PROCESS",
    };
}
