using Evercam.Server.Commands;

namespace Evercam.Tests.Commands;

/// <summary>What of a command line is a setting of the server, and what a word of the command.</summary>
public sealed class SettingWordsTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("check", "check", "")]
    [InlineData("--Evercam:Demo false", "", "--Evercam:Demo false")]
    [InlineData("user --Evercam:DataDirectory x show joe --urls=http://a:1 --json", "user show joe --json", "--Evercam:DataDirectory x --urls=http://a:1")]
    [InlineData("--URLS http://a:1 serve --environment Development", "serve", "--URLS http://a:1 --environment Development")]
    [InlineData("import door --from-server http://a:1 --server=http://b:2", "import door --from-server http://a:1 --server=http://b:2", "")]
    [InlineData("backup x --packs --ConnectionStrings:Evercam Host=a", "backup x --packs", "--ConnectionStrings:Evercam Host=a")]
    [InlineData("serve --Evercam:DataDirectory=--x --Evercam:Demo -1", "serve", "--Evercam:DataDirectory=--x --Evercam:Demo -1")]
    [InlineData("export door --from 2014-04-16T12:30 --Evercam:Demo=", "export door --from 2014-04-16T12:30", "--Evercam:Demo=")]
    [InlineData("serve --OTEL_EXPORTER_OTLP_ENDPOINT=http://a:1 --OTEL_SERVICE_NAME gate", "serve", "--OTEL_EXPORTER_OTLP_ENDPOINT=http://a:1 --OTEL_SERVICE_NAME gate")]
    public void Settings_are_told_from_words(string typed, string words, string settings)
    {
        var (left, right) = SettingWords.Split(Words(typed));
        Assert.Equal((words, settings), (string.Join(' ', left), string.Join(' ', right)));
    }

    [Theory]
    [InlineData("check --Evercam:DataDirectory")]
    [InlineData("user list --Evercam:DataDirectory --json")]
    [InlineData("--Evercam:DataDirectory --urls=http://a:1 serve")]
    public void A_setting_without_a_value_is_none(string typed) => Assert.Equal(
        "The setting --Evercam:DataDirectory has no value.",
        Assert.Throws<CannotBeginException>(() => SettingWords.Split(Words(typed))).Message);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
