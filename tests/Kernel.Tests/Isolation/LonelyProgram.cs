using System.Formats.Tar;
using Brig.Engine.Images;

namespace Brig.Kernel.Tests.Isolation;

/// <summary>An image with one static program (programs/lonely.c) and nothing else: no shell, no /etc.</summary>
internal static class LonelyProgram
{
    public const string Reference = "test/lonely";

    public static async Task ImportAsync(IImages images)
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, leaveOpen: true))
        await using (var program = typeof(LonelyProgram).Assembly.GetManifestResourceStream("lonely")!)
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "lonely") { Mode = (UnixFileMode)0b111_101_101, DataStream = program });
        }
        tar.Position = 0;
        await images.ImportAsync(Reference, tar, new() { Command = ["/lonely"] });
    }
}
