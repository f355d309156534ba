namespace Brig.Web.Api.Docker;

/// <summary>What a daemon that is in no swarm says.</summary>
internal static class Swarm
{
    public static DockerException NotAManager => new(StatusCodes.Status503ServiceUnavailable,
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.");
}
