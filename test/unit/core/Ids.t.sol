// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {DealId, dealIdOf, TaskId} from "../../../contracts/types/Ids.sol";

contract Ids_Test is Test {
    function testFuzz_ADealIsNamedAfterItsRequestAndWhatItUsed(bytes32 requestHash, uint256 before) external pure {
        assertEq(DealId.unwrap(dealIdOf(requestHash, before)), keccak256(bytes.concat(requestHash, bytes32(before))));
    }

    function testFuzz_ATaskIsNamedAfterItsDealAndIndex(DealId dealId, uint256 index) external pure {
        bytes32 expected = keccak256(bytes.concat(DealId.unwrap(dealId), bytes32(index)));
        assertEq(TaskId.unwrap(dealId.taskAt(index)), expected);
    }

    /// @dev Two words written down, so that no other way of packing them goes unnoticed.
    function test_IdsAsPublished() external pure {
        DealId dealId = dealIdOf(bytes32(uint256(1)), 0);
        assertEq(DealId.unwrap(dealId), 0xada5013122d395ba3c54772283fb069b10426056ef8ca54750cb9bb552a59e7d);
    }
}
