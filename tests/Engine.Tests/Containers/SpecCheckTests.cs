using Brig.Engine.Containers;
using Brig.Engine.Images;

namespace Brig.Engine.Tests.Containers;

public class SpecCheckTests
{
    private static readonly ContainerSpec Spec = new() { Image = "my/tool", Command = ["true"] };

    [Theory]
    [InlineData("FOO")]
    [InlineData("=bar")]
    [InlineData("")]
    [InlineData("FOO=a\0b")]
    public void Check_ImagesEnvironmentIsNone_RefusedByTheImagesName(string entry)
    {
        var error = Refused(Spec, new() { Env = ["PATH=/bin", entry] });

        Assert.Contains("The image my/tool has the environment entry", error.Message);
        Assert.DoesNotContain("\0", error.Message);
    }

    [Theory]
    [InlineData("app")]
    [InlineData("/app/../../etc")]
    [InlineData("/a\0b")]
    public void Check_ImagesWorkingDirIsOdd_RefusedByTheImagesNameUnlessAnotherIsAsked(string folder)
    {
        var image = new ImageConfig { WorkingDir = folder };

        Assert.Contains("The image my/tool's working directory", Refused(Spec, image).Message);
        SpecCheck.Check(Spec with { WorkingDir = "/" }, image);
    }

    /// <summary>Each fits by itself; the kernel counts them together.</summary>
    [Fact]
    public void Check_ImagesEnvironmentAndTheAskedAreTooMuchTogether_Refused()
    {
        static string[] Entries(string name) => [.. Enumerable.Range(0, 20).Select(i => $"{name}{i}=" + new string('x', 60_000))];
        var image = new ImageConfig { Env = [.. Entries("A")] };

        SpecCheck.Check(Spec, image);
        Assert.Contains("the kernel takes at most", Refused(Spec with { Env = [.. Entries("B")] }, image).Message);
    }

    [Theory]
    [InlineData("../other")]
    [InlineData("/a/../../../b")]
    [InlineData("a\nb")]
    [InlineData("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17")]
    public void Check_CgroupParentLeadsElsewhere_Refused(string parent) => Assert.Contains("cgroup parent", Refused(Spec with { CgroupParent = parent }, new()).Message);

    [Theory]
    [InlineData("/limits.slice//web/./", "limits.slice/web")]
    [InlineData("/", "")]
    [InlineData(null, "")]
    public void Path_OfACgroupParent_HasOnlyNames(string? asked, string path) => Assert.Equal(path, CgroupParent.Path(asked));

    [Theory]
    [InlineData("rabbit_1", true)]
    [InlineData("a.b-c", true)]
    [InlineData("_", true)]
    [InlineData("-a", false)]
    [InlineData("a.", false)]
    [InlineData("a b", false)]
    [InlineData("", false)]
    public void Check_Hostname_HasLettersDigitsAndWhatComposeFilesHave(string hostname, bool right)
    {
        var spec = Spec with { Hostname = hostname };
        if (right)
        {
            SpecCheck.Check(spec, new());
        }
        else
        {
            Assert.Contains("cannot be a host name", Refused(spec, new()).Message);
        }
    }

    [Theory]
    [InlineData(0, 80)]
    [InlineData(24, 4097)]
    public void Check_TerminalTooSmallOrTooLarge_Refused(int rows, int columns) => Assert.Contains("1 to 4096", Refused(Spec with { TtySize = new(rows, columns) }, new()).Message);

    [Fact]
    public void Check_ImageSaysNothing_Passes() => SpecCheck.Check(Spec, new() { WorkingDir = "", Env = ["EMPTY="] });

    private static EngineException Refused(ContainerSpec spec, ImageConfig image)
    {
        var error = Assert.Throws<EngineException>(() => SpecCheck.Check(spec, image));
        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
        return error;
    }
}
