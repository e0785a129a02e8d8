// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IOracleConsumer} from "../../contracts/interfaces/external/IOracleConsumer.sol";

/// @dev Wants no result.
contract RevertingConsumer is IOracleConsumer {
    error Unwanted(bytes32 id);

    function receiveResult(bytes32 id, bytes calldata) external pure {
        revert Unwanted(id);
    }
}
