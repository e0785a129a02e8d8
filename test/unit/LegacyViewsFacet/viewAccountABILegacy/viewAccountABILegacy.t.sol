// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../../../fixtures/Market.sol";
import {Account as Books} from "../../../../contracts/types/Account.sol";
import {TaskId} from "../../../../contracts/types/Ids.sol";

contract ViewAccountABILegacy_Unit_Test is Market {
    function testFuzz_WhenTheAccountIsUnknown(uint160 key) external view {
        (uint256 stake, uint256 locked) = poco.viewAccountABILegacy(address(uint160(bound(key, 1, 1 << 100))));

        // It should answer zeros.
        assertEq(stake, 0, "stake");
        assertEq(locked, 0, "locked");
    }

    function test_GivenADealWasMade() external {
        // One task is claimed back, so that there is a kitty; three more are open.
        TaskId claimed = _openTask();
        vm.warp(NOW + 10 * CLOCK);
        poco.claim(claimed);
        requestOrder.salt = "another";
        _withVolume(3);
        _matchOrders();

        // It should equal viewAccount for everybody.
        check(requester.addr);
        check(scheduler.addr);
        check(worker.addr);
        check(address(poco));
        check(poco.kitty_address());
    }

    function check(address account) private view {
        Books memory books = poco.viewAccount(account);
        (uint256 stake, uint256 locked) = poco.viewAccountABILegacy(account);
        assertEq(stake, books.stake, "stake");
        assertEq(locked, books.locked, "locked");
        assertTrue(stake + locked > 0, "worth comparing");
    }
}
