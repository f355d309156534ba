using Brig.Web.Components.Parts;

namespace Brig.Web.Tests.Parts;

public sealed class CsvTests
{
    [Fact]
    public void Of_FieldsWithQuotesCommasAndFormulas_AreTextInEverySpreadsheet() =>
        Assert.Equal("a,b\r\n\"x,\"\"y\"\"\",'=cmd()\r\n,-12\r\n", Csv.Of(["a", "b"], [["x,\"y\"", "=cmd()"], [null, "-12"]]));
}
