// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IOracleConsumer} from "../../contracts/interfaces/external/IOracleConsumer.sol";

/// @dev Uses up whatever gas it is given.
contract BurningConsumer is IOracleConsumer {
    function receiveResult(bytes32, bytes calldata) external pure {
        assembly ("memory-safe") {
            invalid()
        }
    }
}
