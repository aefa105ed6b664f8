# escape=`
# syntax=docker/dockerfile:1

ARG WINDOWS=ltsc2025
FROM --platform=windows/amd64 mcr.microsoft.com/windows/servercore:$WINDOWS AS download-windows
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]
RUN Invoke-WebRequest -Uri https://example.com/node.zip -OutFile C:\node.zip ; `
    Expand-Archive C:\node.zip -DestinationPath C:\ ; `

    Remove-Item C:\node.zip
FROM mcr.microsoft.com/windows/`
nanoserver:ltsc2025
COPY --from=download-windows C:\node\ C:\node\
USER ContainerAdministrator
RUN setx /M PATH "%PATH%;C:\node"
COPY --from=mcr.microsoft.com/dotnet/runtime:9.0 ["C:\\Program Files\\dotnet", "C:\\dotnet"]
CMD ["C:\\node\\node.exe"]
