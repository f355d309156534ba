using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Brig.Engine.Build.Dockerfiles;

/// <summary>
/// Which variables an instruction sees. Before the first FROM: the ARGs there. In a stage: its own ARGs from their line on, and the environment, which
/// wins. Immutable: an instruction makes the next scope.
/// </summary>
/// <param name="Globals">ARGs before the first FROM, filled in, with what the build was given and the platform's.</param>
/// <param name="Given">What the build was given (<c>--build-arg</c>), whether or not any ARG asks for it.</param>
/// <param name="Arguments">Of this stage.</param>
/// <param name="Environment">Of the image so far, as <c>NAME=value</c>.</param>
public sealed record Scope(
    ImmutableDictionary<string, string> Globals, ImmutableDictionary<string, string> Given, ImmutableDictionary<string, string> Arguments, ImmutableArray<string> Environment)
{
    /// <summary>Arguments that need no ARG: every RUN sees them, and no cache key holds them.</summary>
    public static readonly ImmutableArray<string> Proxies =
        ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY", "ftp_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"];

    /// <summary>The scope of FROM lines.</summary>
    public static Scope Of(Dockerfile file, ImmutableDictionary<string, string> given)
    {
        var scope = new Scope(Platform(), given, ImmutableDictionary<string, string>.Empty, []);
        foreach (var instruction in file.Arguments)
        {
            foreach (var (name, standard) in instruction.Arguments)
            {
                string? value = given.GetValueOrDefault(name) ?? (standard is null ? scope.Globals.GetValueOrDefault(name) : scope.Global(file.Escape, instruction.At).Word(standard));
                scope = value is null ? scope : scope with { Globals = scope.Globals.SetItem(name, value) };
            }
        }
        return scope;
    }

    /// <summary>A stage begins: nothing declared, the base's environment.</summary>
    public Scope Begin(ImmutableArray<string> environment) => this with { Arguments = ImmutableDictionary<string, string>.Empty, Environment = environment };

    public Scope Declare(ArgInstruction instruction, char escape)
    {
        var scope = this;
        foreach (var (name, standard) in instruction.Arguments)
        {
            string? value = Given.GetValueOrDefault(name) ?? (standard is null ? Globals.GetValueOrDefault(name) : scope.Stage(escape, instruction.At).Word(standard));
            scope = value is null ? scope : scope with { Arguments = scope.Arguments.SetItem(name, value) };
        }
        return scope;
    }

    public Scope Set(EnvInstruction instruction, char escape)
    {
        var expansion = Stage(escape, instruction.At);
        var environment = Environment.ToList();
        foreach (var pair in instruction.Pairs)
        {
            string name = expansion.Word(pair.Name), entry = $"{name}={expansion.Word(pair.Value)}";
            int at = environment.FindIndex(other => other.StartsWith(name + "=", StringComparison.Ordinal));
            if (at >= 0)
            {
                environment[at] = entry;
            }
            else
            {
                environment.Add(entry);
            }
        }
        return this with { Environment = [.. environment] };
    }

    /// <summary>What RUN's program has: the environment, and the arguments that no variable of the environment hides.</summary>
    public ImmutableArray<string> RunEnvironment() =>
        [.. Environment,
         .. Arguments.Where(argument => Variable(argument.Key) is null).OrderBy(argument => argument.Key, StringComparer.Ordinal).Select(argument => $"{argument.Key}={argument.Value}"),
         .. Proxies.Where(name => Given.ContainsKey(name) && !Arguments.ContainsKey(name) && Variable(name) is null).Select(name => $"{name}={Given[name]}")];

    /// <summary>Arguments given that no ARG asks for: a mistyped name, most often.</summary>
    public static ImmutableArray<string> Unasked(Dockerfile file, IEnumerable<string> given)
    {
        var asked = file.Arguments.Concat(file.Stages.SelectMany(stage => stage.Instructions).OfType<ArgInstruction>()).SelectMany(arg => arg.Arguments).Select(arg => arg.Name).ToHashSet();
        return [.. given.Where(name => !asked.Contains(name) && !Proxies.Contains(name)).Order(StringComparer.Ordinal)];
    }

    internal Expansion Global(char escape, int at) => new(name => Globals.GetValueOrDefault(name), escape, at);

    internal Expansion Stage(char escape, int at) => new(name => Variable(name) ?? Arguments.GetValueOrDefault(name), escape, at);

    private string? Variable(string name) =>
        Environment.LastOrDefault(entry => entry.Length > name.Length && entry[name.Length] == '=' && entry.StartsWith(name, StringComparison.Ordinal))?[(name.Length + 1)..];

    /// <summary>The arguments every build has, for this machine builds for itself.</summary>
    private static ImmutableDictionary<string, string> Platform()
    {
        string architecture = RuntimeInformation.OSArchitecture switch { Architecture.X64 => "amd64", var other => other.ToString().ToLowerInvariant() };
        return new Dictionary<string, string>
        {
            ["TARGETPLATFORM"] = "linux/" + architecture, ["TARGETOS"] = "linux", ["TARGETARCH"] = architecture, ["TARGETVARIANT"] = "",
            ["BUILDPLATFORM"] = "linux/" + architecture, ["BUILDOS"] = "linux", ["BUILDARCH"] = architecture, ["BUILDVARIANT"] = "",
        }.ToImmutableDictionary();
    }
}
