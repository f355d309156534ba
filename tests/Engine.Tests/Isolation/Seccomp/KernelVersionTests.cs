using Brig.Engine.Isolation.Seccomp;

namespace Brig.Engine.Tests.Isolation.Seccomp;

public sealed class KernelVersionTests
{
    [Theory]
    [InlineData("6.1.0-18-amd64\n", 6, 1)]
    [InlineData("4.19-rc1", 4, 19)]
    [InlineData("10.0", 10, 0)]
    [InlineData("?", 0, 0)]
    public void Parse_Release_MajorAndMinor(string release, int major, int minor) => Assert.Equal(new Version(major, minor), KernelVersion.Parse(release));
}
