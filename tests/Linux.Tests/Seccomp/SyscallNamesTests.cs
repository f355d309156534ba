using System.Globalization;
using System.Text.RegularExpressions;
using Brig.Linux.Seccomp;

namespace Brig.Linux.Tests.Seccomp;

/// <summary>Our numbers against the kernel's headers, in both directions.</summary>
public sealed partial class SyscallNamesTests
{
    [Theory]
    [InlineData(SyscallArch.X8664, "unistd_64.h", 350)]
    [InlineData(SyscallArch.X86, "unistd_32.h", 420)]
    [InlineData(SyscallArch.X32, "unistd_x32.h", 350)]
    public void Names_OfTheHeaders_HaveThoseNumbers(SyscallArch arch, string header, int least)
    {
        int compared = 0;
        foreach (Match line in Definition().Matches(File.ReadAllText("/usr/include/x86_64-linux-gnu/asm/" + header)))
        {
            int number = int.Parse(line.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) | (line.Groups["x32"].Success ? SyscallArches.X32Bit : 0);
            string name = line.Groups["name"].Value;
            Assert.Equal((SyscallKnown.Here, number), (SyscallNames.Find(arch, name, out int found), found));
            Assert.Equal(name, SyscallNames.Name(arch, number));
            compared++;
        }
        Assert.True(compared > least, $"only {compared} compared");
    }

    [Theory]
    [InlineData("mount", SyscallKnown.Here, 165)]
    [InlineData("file_setattr", SyscallKnown.Here, 469)]
    [InlineData("socketcall", SyscallKnown.Elsewhere, -1)]
    [InlineData("s390_pci_mmio_read", SyscallKnown.Elsewhere, -1)]
    [InlineData("mounnt", SyscallKnown.Nowhere, -1)]
    [InlineData("", SyscallKnown.Nowhere, -1)]
    public void Find_Name_KnownHereElsewhereOrNowhere(string name, SyscallKnown known, int number) =>
        Assert.Equal((known, number), (SyscallNames.Find(SyscallArch.X8664, name, out int found), found));

    [Theory]
    [InlineData(-1)]
    [InlineData(400)]
    [InlineData(100_000)]
    public void Name_NumberOfNone_Null(int number) => Assert.Null(SyscallNames.Name(SyscallArch.X8664, number));

    [Fact]
    public void All_Names_AreAsManyAsThereAreCalls()
    {
        Assert.InRange(SyscallNames.All(SyscallArch.X8664).Count, 370, 400);
        Assert.Contains("fchmodat2", SyscallNames.All(SyscallArch.X86));
    }

    [GeneratedRegex(@"^#define __NR_(?<name>\w+) (?<x32>\(__X32_SYSCALL_BIT \+ )?(?<number>\d+)\)?$", RegexOptions.Multiline)]
    private static partial Regex Definition();
}
