using Brig.Engine.Build.Dockerfiles;

namespace Brig.Engine.Tests.Build;

/// <summary>Text to instructions, by the Dockerfile reference.</summary>
public sealed class DockerfileTests
{
    [Fact]
    public void Parse_CommentsAndContinuations_AreOneLineEach()
    {
        var run = Only<RunInstruction>("RUN one \\\n  # a remark in between\n\n  two \\  \n three");

        Assert.Equal("one   two  three", run.Command.Shell);
        Assert.Equal(2, run.At);
    }

    [Fact]
    public void Parse_EscapedBackslashAtTheEnd_DoesNotContinue()
    {
        var file = Dockerfile.Parse("FROM scratch\nRUN echo \\\\\nRUN two");

        Assert.Equal(2, file.Stages[0].Instructions.Length);
    }

    [Fact]
    public void Parse_EscapeDirective_BacktickContinues()
    {
        var file = Dockerfile.Parse("# escape=`\nFROM scratch\nRUN a `\n b\\");

        Assert.Equal("a  b\\", Assert.IsType<RunInstruction>(Assert.Single(file.Stages[0].Instructions)).Command.Shell);
    }

    [Fact]
    public void Parse_DirectiveAfterAComment_IsAComment() => Assert.Equal('\\', Dockerfile.Parse("# a remark\n# escape=`\nFROM scratch").Escape);

    [Fact]
    public void Parse_WindowsLineEndsAndByteOrderMark_AreNothing() =>
        Assert.Equal("echo a  b", Assert.IsType<RunInstruction>(Assert.Single(Dockerfile.Parse("\uFEFFFROM scratch\r\nRUN echo a \\\r\n b\r\n").Stages[0].Instructions)).Command.Shell);

    [Theory]
    [InlineData("CMD [\"a\", \"b c\"]", null, "a|b c")]
    [InlineData("CMD a \"b c\"", "a \"b c\"", "")]
    [InlineData("CMD ['a']", "['a']", "")]
    [InlineData("CMD [1]", "[1]", "")]
    public void Parse_Command_JsonOfStringsIsTheExecForm(string text, string? shell, string exec)
    {
        var command = Only<CmdInstruction>(text).Command;

        Assert.Equal(shell, command.Shell);
        Assert.Equal(exec, string.Join('|', command.Exec));
    }

    [Fact]
    public void Parse_RunIsAHeredoc_ItIsTheScript()
    {
        var run = Only<RunInstruction>("RUN <<EOF\n#!/usr/bin/env python3\nprint('$x')\nEOF");

        Assert.Equal("#!/usr/bin/env python3\nprint('$x')\n", run.Script?.Content);
    }

    [Fact]
    public void Parse_RunReadsHeredocs_TheShellGetsThemWhole()
    {
        var run = Only<RunInstruction>("RUN cat <<-A > /a && cat <<'B' > /b\n\tone\n\tA\ntwo $x\nB");

        Assert.Null(run.Script);
        Assert.Equal("cat <<-A > /a && cat <<'B' > /b\n\tone\n\tA\ntwo $x\nB\n", run.Command.Shell);
    }

    [Theory]
    [InlineData("RUN cat <<< word")]
    [InlineData("RUN echo \"<<EOF\"")]
    [InlineData("RUN echo $((1<<4))")]
    public void Parse_LooksLikeAHeredoc_IsNone(string text) => Assert.Null(Only<RunInstruction>(text).Script);

    [Fact]
    public void Parse_CopyHeredocs_BecomeFiles()
    {
        var copy = Only<CopyInstruction>("COPY --chmod=644 --chown=1:2 <<one <<-\"two\" /etc/\nfirst $x\none\n\tsecond $x\n\ttwo");

        Assert.Equal([("one", true, "first $x\n"), ("two", false, "second $x\n")], copy.Files.Select(file => (file.Name, file.Expands, file.Content)));
        Assert.Empty(copy.Sources);
        Assert.Equal(("/etc/", "644", "1:2"), (copy.Target, copy.Mode, copy.Owner));
    }

    [Fact]
    public void Parse_EnvPairs_QuotesStayUntilFilledIn()
    {
        var env = Only<EnvInstruction>("ENV a=1 b=\"x y\" c=d\\ e");

        Assert.Equal([new Pair("a", "1"), new Pair("b", "\"x y\""), new Pair("c", "d\\ e")], env.Pairs.ToArray());
    }

    [Fact]
    public void Parse_OldEnv_TheRestOfTheLineIsTheValue() => Assert.Equal([new Pair("a", "b c=d  e")], Only<EnvInstruction>("ENV a b c=d  e").Pairs.ToArray());

    [Fact]
    public void Parse_HealthCheck_AllItsOptions()
    {
        var check = Only<HealthCheckInstruction>("HEALTHCHECK --interval=1m30s --timeout=500ms --retries=4 --start-period=1h CMD [\"probe\", \"-v\"]");

        Assert.Equal((TimeSpan.FromSeconds(90), TimeSpan.FromMilliseconds(500), 4, TimeSpan.FromHours(1)), (check.Interval, check.Timeout, check.Retries, check.StartPeriod));
        Assert.Equal(["probe", "-v"], check.Test!.Exec.ToArray());
    }

    [Theory]
    [InlineData("", "The Dockerfile has no FROM")]
    [InlineData("RUN x", "Dockerfile line 1: nothing but ARG may come before the first FROM.")]
    [InlineData("FROM a\n\nRUNN x", "Dockerfile line 3: \"RUNN\" is no instruction. Did you mean \"RUN\"?")]
    [InlineData("FROM a\nRUN", "Dockerfile line 2: RUN stands alone")]
    [InlineData("FROM a\nRUN <<EOF\nx", "Dockerfile line 2: the heredoc <<EOF is never closed")]
    [InlineData("FROM a b", "Dockerfile line 1: FROM takes an image")]
    [InlineData("FROM a AS 1x", "Dockerfile line 1: \"1x\" cannot be a stage's name")]
    [InlineData("FROM a AS x\nFROM b AS X", "Dockerfile line 2: the stage name \"x\" is taken by line 1")]
    [InlineData("FROM a\nCOPY x", "Dockerfile line 2: COPY takes at least one source")]
    [InlineData("FROM a\nCOPY --form=x a b", "Dockerfile line 2: COPY has no option --form; it has --from")]
    [InlineData("FROM a\nRUN --mount x", "Dockerfile line 2: the option --mount needs a value")]
    [InlineData("FROM a\nENV a=b c", "Dockerfile line 2: \"c\" is not name=value")]
    [InlineData("FROM a\nARG 1=2", "Dockerfile line 2: \"1\" cannot be an argument's name")]
    [InlineData("FROM a\nSHELL bash", "Dockerfile line 2: SHELL takes a JSON array")]
    [InlineData("FROM a\nONBUILD FROM b", "Dockerfile line 2: ONBUILD cannot hold FROM")]
    [InlineData("FROM a\nHEALTHCHECK --interval=5 CMD x", "Dockerfile line 2: --interval=5 is no length of time")]
    [InlineData("FROM a\nHEALTHCHECK x", "Dockerfile line 2: HEALTHCHECK takes NONE")]
    [InlineData("# escape=x\nFROM a", "Dockerfile line 1: the escape character \"x\"")]
    [InlineData("# escape=`\n# escape=`\nFROM a", "Dockerfile line 2: the directive escape stands here a second time")]
    [InlineData("FROM a\nRUN a\0b", "The Dockerfile contains a zero character")]
    public void Parse_Wrong_OneSentenceWithTheLine(string text, string sentence)
    {
        var error = Assert.Throws<EngineException>(() => Dockerfile.Parse(text));

        Assert.StartsWith(sentence, error.Message, StringComparison.Ordinal);
        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
    }

    [Fact]
    public void Parse_RandomText_IsReadOrRefusedAndNothingElse()
    {
        var random = new Random(7);
        string[] pieces = ["FROM a", "RUN ", "COPY ", "<<EOF", "EOF", "\n", "\\", "\\\n", "\"", "'", "$", "${a", ":-", "}", "[", "]", "--from=", "ENV a=", "ARG ", "#", " ", "\t", "HEALTHCHECK ", "ONBUILD ", "é"];
        for (int i = 0; i < 20_000; i++)
        {
            string text = "FROM a\n" + string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                Dockerfile.Parse(text);
            }
            catch (EngineException error) when (error.Kind == EngineErrorKind.Invalid)
            {
            }
        }
    }

    private static T Only<T>(string text) => Assert.IsType<T>(Assert.Single(Dockerfile.Parse("FROM scratch\n" + text).Stages[0].Instructions), exactMatch: true);
}
