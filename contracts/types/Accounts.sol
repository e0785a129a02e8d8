// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @notice What an account has in escrow, in nRLC: `stake` is free, `locked` is frozen.
struct Account {
    uint256 stake;
    uint256 locked;
}

/// @notice How long a task may take. `workClockTimeRef` in seconds.
struct Category {
    string name;
    string description;
    uint256 workClockTimeRef;
}

/// @notice Everything an app says of itself.
struct AppInfo {
    address owner;
    string m_appName;
    string m_appType;
    bytes m_appMultiaddr;
    bytes32 m_appChecksum;
    bytes m_appMREnclave;
}

/// @notice Everything a dataset says of itself.
struct DatasetInfo {
    address owner;
    string m_datasetName;
    bytes m_datasetMultiaddr;
    bytes32 m_datasetChecksum;
}

/// @notice Everything a workerpool says of itself. Ratios in percent.
struct WorkerpoolInfo {
    address owner;
    string m_workerpoolDescription;
    uint256 m_workerStakeRatioPolicy;
    uint256 m_schedulerRewardRatioPolicy;
}
