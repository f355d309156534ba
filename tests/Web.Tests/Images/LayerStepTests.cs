using Brig.Engine.Images;
using Brig.Web.Components.Parts.Images;

namespace Brig.Web.Tests.Images;

public sealed class LayerStepTests
{
    [Theory]
    [InlineData("/bin/sh -c #(nop)  CMD [\"bash\"]", "CMD [\"bash\"]")]
    [InlineData("/bin/sh -c apt-get update", "RUN apt-get update")]
    [InlineData("RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update")]
    [InlineData("COPY . /app # buildkit", "COPY . /app")]
    [InlineData("RUN |2 A=1 B=two words /bin/sh -c make # buildkit", "RUN make")]
    [InlineData("|1 A=1 /bin/sh -c make", "RUN make")]
    [InlineData("RUN echo hello", "RUN echo hello")]
    [InlineData("", "")]
    public void Instruction_AsEachBuilderWritesIt_IsAsInADockerfile(string told, string instruction) => Assert.Equal(instruction, LayerStep.Instruction(told));

    [Fact]
    public void Of_HistoryWithStepsThatMadeNoLayer_EachLayerHasItsOwn()
    {
        var image = Sample.Image("a:1", 3) with { History = [Told("FROM scratch"), Told("ENV A=1", empty: true), Told("RUN x")] };

        Assert.Equal([(0, "FROM scratch"), (null, "ENV A=1"), (1, "RUN x"), ((int?)2, "")], LayerStep.Of(image).Select(step => (step.Layer, step.Words)));
    }

    [Fact]
    public void Of_MoreHistoryThanLayers_NoneThatIsNotThere() =>
        Assert.Equal([0, null], LayerStep.Of(Sample.Image("a:1", 1) with { History = [Told("RUN x"), Told("RUN y")] }).Select(step => step.Layer));

    private static ImageHistory Told(string by, bool empty = false) => new(null, by, null, null, empty);
}
