namespace Brig.Engine.Tests;

public sealed class SocketGroupTests
{
    [Theory]
    [InlineData("docker", 999u)]
    [InlineData("999", 999u)]
    [InlineData("root", 0u)]
    [InlineData("dock", null)]
    [InlineData("x", null)]
    public void Find_ByNameOrNumber_IsTheGroup(string name, uint? id)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "root:x:0:\nbroken\ndocker:x:999:a,b\n");
        try
        {
            Assert.Equal(id, SocketGroup.Find(name, file)?.Id);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
