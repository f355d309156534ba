using Brig.Web.Components.Parts.Stacks;

namespace Brig.Web.Tests.Stacks;

public sealed class HiddenValuesTests
{
    [Theory]
    [InlineData("DB_PASSWORD=abc", "DB_PASSWORD=••••••••")]
    [InlineData("export API_KEY = 'x y' # ours", "export API_KEY = ••••••••")]
    [InlineData("A=1\nPGPASS=two\nB=3", "A=1\nPGPASS=••••••••\nB=3")]
    [InlineData("DB=postgres://shop:abc@db/shop", "DB=••••••••")]
    [InlineData("CERT_KEY=\"one\ntwo\nthree\"\nB=3", "CERT_KEY=••••••••\nB=3")]
    [InlineData("CERT_KEY=\"o\\\"ne\ntw\\\"o\nthree\"\nB=3", "CERT_KEY=••••••••\nB=3")]
    [InlineData("# PASSWORD is below\nPASSWORD=\nTOKEN:", "# PASSWORD is below\nPASSWORD=\nTOKEN:")]
    [InlineData("WEB=http://web:80/\nCOMPASS=north", "WEB=http://web:80/\nCOMPASS=north")]
    public void Mask_Text_HidesWhatSoundsSecret(string text, string shown) => Assert.Equal(shown, HiddenValues.Mask(text));

    [Theory]
    [InlineData(".env", true)]
    [InlineData("db/prod.env", true)]
    [InlineData(".env.local", true)]
    [InlineData("compose.yaml", false)]
    public void Has_Path_OnlyFilesOfVariables(string path, bool hides) => Assert.Equal(hides, HiddenValues.Has(path, "TOKEN=1"));
}
