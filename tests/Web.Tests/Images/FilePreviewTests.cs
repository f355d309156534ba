using System.Text;
using Brig.Engine.Images.Contents;
using Brig.Web.Components.Parts.Images;

namespace Brig.Web.Tests.Images;

public sealed class FilePreviewTests
{
    private static Task<FilePreview> Read(byte[] bytes) => FilePreview.ReadAsync(new MemoryStream(bytes), CancellationToken.None);

    [Fact]
    public async Task Read_Text_IsShownWithItsLines()
    {
        var preview = await Read(Encoding.UTF8.GetBytes("één\ttwo\r\nthree"));
        Assert.Equal((true, "één\ttwo\nthree", 2, false), (preview.IsText, preview.Text, preview.Lines, preview.IsCut));
    }

    [Fact]
    public async Task Read_TextThatTurnsDirectionOrRingsBells_TheseAreBoxes() =>
        Assert.Equal("a\ufffdb\ufffd[31m\n", (await Read(Encoding.UTF8.GetBytes("a\u202eb\e[31m\n"))).Text);

    [Fact]
    public async Task Read_Bytes_AreHexWithWhatCanBeRead()
    {
        var preview = await Read([0x7f, (byte)'E', (byte)'L', (byte)'F', 0, .. new byte[20]]);
        Assert.False(preview.IsText);
        Assert.StartsWith("000000  7f 45 4c 46 00 00 00 00  00", preview.Text, StringComparison.Ordinal);
        Assert.Contains("·ELF·", preview.Text, StringComparison.Ordinal);
        Assert.Contains("\n000010  ", preview.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_LargerThanIsShown_IsCutBetweenLetters()
    {
        var preview = await Read(Encoding.UTF8.GetBytes("x" + new string('é', FilePreview.MostText)));
        Assert.Equal((true, true, FilePreview.MostText - 1), (preview.IsText, preview.IsCut, preview.Shown));
        Assert.DoesNotContain('\ufffd', preview.Text);
    }

    [Fact]
    public async Task Read_Latin1_IsNoText() => Assert.False((await Read([(byte)'a', 0xe9, (byte)'b'])).IsText);

    [Theory]
    [InlineData(ImageEntryKind.Directory, 0x1EDu, "drwxr-xr-x")]
    [InlineData(ImageEntryKind.File, 0x9EDu, "-rwsr-xr-x")]
    [InlineData(ImageEntryKind.File, 0x7A4u, "-rw-r-Sr-T")]
    [InlineData(ImageEntryKind.Symlink, 0x1FFu, "lrwxrwxrwx")]
    public void Mode_OfAFile_IsAsLsSaysIt(ImageEntryKind kind, uint mode, string told) => Assert.Equal(told, FileWords.Mode(kind, mode));
}
