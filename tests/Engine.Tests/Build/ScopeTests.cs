using System.Collections.Immutable;
using Brig.Engine.Build.Dockerfiles;

namespace Brig.Engine.Tests.Build;

/// <summary>Which variable is seen where (Dockerfile reference, "Understand how ARG and FROM interact").</summary>
public sealed class ScopeTests
{
    [Fact]
    public void Of_GlobalArguments_FromSeesThem()
    {
        var scope = Scope.Of(Dockerfile.Parse("ARG V=12\nARG NAME=debian:${V}\nFROM ${NAME}"), Given(("V", "13")));

        Assert.Equal("debian:13", scope.Globals["NAME"]);
    }

    [Fact]
    public void Declare_WithoutDefault_TakesTheGlobal()
    {
        var (scope, file) = Start("ARG V=12\nARG W=1\nFROM a\nARG V\nARG X=$V$W");
        foreach (var arg in file.Stages[0].Instructions.Cast<ArgInstruction>())
        {
            scope = scope.Declare(arg, '\\');
        }

        Assert.Equal("12", scope.Arguments["V"]);
        Assert.Equal("12", scope.Arguments["X"]);   // W was not declared in the stage
    }

    [Fact]
    public void Set_AllPairsSeeTheEnvironmentBefore()
    {
        var (scope, file) = Start("FROM a\nENV a=new b=$a c=\"x y\"");
        scope = scope.Begin(["a=old", "PATH=/bin"]).Set((EnvInstruction)file.Stages[0].Instructions[0], '\\');

        Assert.Equal(["a=new", "PATH=/bin", "b=old", "c=x y"], scope.Environment.ToArray());
    }

    [Fact]
    public void RunEnvironment_EnvHidesArgAndProxiesNeedNoArg()
    {
        var (scope, file) = Start("FROM a\nARG a=1\nARG b=2", ("HTTP_PROXY", "p"), ("unasked", "x"));
        scope = scope.Begin(["a=env"]);
        foreach (var arg in file.Stages[0].Instructions.Cast<ArgInstruction>())
        {
            scope = scope.Declare(arg, '\\');
        }

        Assert.Equal(["a=env", "b=2", "HTTP_PROXY=p"], scope.RunEnvironment().ToArray());
        Assert.Equal(["unasked"], Scope.Unasked(file, ["HTTP_PROXY", "unasked", "a"]).ToArray());
    }

    [Fact]
    public void Graph_OnlyWhatTheTargetNeeds()
    {
        var file = Dockerfile.Parse("FROM a AS base\nFROM base AS tools\nFROM b AS unused\nFROM base AS app\nCOPY --from=tools /x /x\nCOPY --from=nginx:1 /y /y\nFROM c AS last");
        var graph = StageGraph.Of(file, "APP", Scope.Of(file, Given()));

        Assert.Equal(["base", "tools", "app"], graph.Stages.Select(stage => stage.Label));
        Assert.Equal([0, 1], graph.Needs[3].ToArray());
    }

    [Theory]
    [InlineData("FROM a AS x\nCOPY --from=x /a /b", "Dockerfile line 2: the stage \"x\" cannot copy from itself.")]
    [InlineData("FROM a\nCOPY --from=late /a /b\nFROM b AS late\nFROM a\nCOPY --from=0 /a /a", "Dockerfile line 2: the stage \"late\" begins at line 3")]
    [InlineData("FROM a\nCOPY --from=7 /a /b", "Dockerfile line 2: there is no stage 7")]
    public void Graph_Wrong_OneSentence(string text, string sentence)
    {
        var file = Dockerfile.Parse(text);

        Assert.StartsWith(sentence, Assert.Throws<EngineException>(() => StageGraph.Of(file, null, Scope.Of(file, Given()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Graph_UnknownTarget_NamesTheNearest()
    {
        var file = Dockerfile.Parse("FROM a AS build");

        Assert.Equal("The Dockerfile has no stage \"biuld\". Did you mean \"build\"?", Assert.Throws<EngineException>(() => StageGraph.Of(file, "biuld", Scope.Of(file, Given()))).Message);
    }

    private static (Scope, Dockerfile) Start(string text, params (string, string)[] given)
    {
        var file = Dockerfile.Parse(text);
        return (Scope.Of(file, Given(given)), file);
    }

    private static ImmutableDictionary<string, string> Given(params (string Name, string Value)[] given) => given.ToImmutableDictionary(arg => arg.Name, arg => arg.Value);
}
