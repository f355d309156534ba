using Brig.Engine.Images;
using Brig.Web.Tests.Fakes;

namespace Brig.Web.Tests.Images;

/// <summary>Images for the pages to show.</summary>
internal static class Sample
{
    /// <param name="first">The digests' beginning, so that two are told apart; layers of the same number are shared by those with the same.</param>
    public static Image Image(string tag, int layers, char first = 'b', params char[] theirs)
    {
        var parts = Enumerable.Range(0, layers).Select(i => new ImageLayer(Digest(theirs.ElementAtOrDefault(i) is not '\0' and var own ? own : (char)('0' + i)), Digest('f'), "application/vnd.oci.image.layer.v1.tar", 10, 1024 * (i + 1), $"/layers/{i}")).ToArray();
        return new(tag, Digest(first), new ImageConfig { Command = ["sh"] }, [.. parts.Select(part => part.Directory)], parts.Sum(part => part.SizeBytes), FakeContainers.At) { Tags = tag.StartsWith("sha256:", StringComparison.Ordinal) ? [] : [tag], Parts = [.. parts] };
    }

    public static string Digest(char letter) => "sha256:" + new string(letter, 64);
}
