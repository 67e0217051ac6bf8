using System.Net.Sockets;
using Evercam.Storage;
using Npgsql;

namespace Evercam.Tests.Storage;

/// <summary>Which failures may pass by themselves, so that pictures wait for it.</summary>
public sealed class DatabaseFailuresTests
{
    [Theory]
    [InlineData("08006")]
    [InlineData("28000")]
    [InlineData("28P01")]
    [InlineData("3D000")]
    [InlineData("42501")]
    [InlineData("53300")]
    [InlineData("57000")]
    [InlineData("57014")]
    [InlineData("57P01")]
    [InlineData("XX001")]
    public void A_database_that_is_not_there_or_lets_nobody_in_is_an_outage(string sqlState) =>
        Assert.True(Refused(sqlState).IsDatabaseUnavailable());

    [Theory]
    [InlineData("22001")]
    [InlineData("23505")]
    [InlineData("42P01")]
    [InlineData("42601")]
    public void A_statement_that_is_wrong_is_no_outage(string sqlState) => Assert.False(Refused(sqlState).IsDatabaseUnavailable());

    [Fact]
    public void A_name_that_is_not_found_and_an_answer_that_does_not_come_are_outages()
    {
        Assert.True(new SocketException((int)SocketError.HostNotFound).IsDatabaseUnavailable());
        Assert.True(new TimeoutException().IsDatabaseUnavailable());
    }

    private static PostgresException Refused(string sqlState) => new("It refuses.", "ERROR", "ERROR", sqlState);
}
